# Signing in with a second factor or at a provider, sessions, roles of members.

d-code-title = Confirm that it is you
d-code-for = A code for
d-code = Code
d-code-hint = The six digits that your authenticator app shows now, or one of your recovery codes.
d-code-go = Continue
d-code-wrong = This code is wrong, or was used before. The app shows a new one every 30 seconds.
d-code-wait = Too many wrong codes. Try again in { $n } seconds.
d-code-lost = Lost your telephone and your recovery codes? Another operator of the desk gives you a one-time link.
d-code-other = Sign in as somebody else

d-factor-title = Second factor
d-factor-required = Editors and operators sign in with a code from their telephone as well as the password. Until it is set up, nothing else of the desk opens.
d-factor-why = A code from your telephone, asked after the password: whoever learns your password still cannot sign in.
d-factor-demo = This is a demo desk: nobody has to set one up.
d-factor-is-on = Set up.
d-factor-is-off = Not set up.
d-factor-needed = Your role needs a second factor: it cannot be turned off.
d-factor-again = Sign out and in again before you set it up: this session began more than 20 minutes ago.
d-factor-codes-left = { $n ->
    [one] { $shown } recovery code is left.
   *[other] { $shown } recovery codes are left.
}
d-factor-move = Move it to another telephone
d-factor-step-app = Open an authenticator app on your telephone. Any that shows six-digit codes will do.
d-factor-step-scan = Let it read this picture, or type the key.
d-factor-picture = A picture with the key, for an authenticator app
d-factor-key = Key:
d-factor-step-code = Type the code that the app shows now.
d-factor-first = First code
d-factor-first-wrong = This is not the code for the key on this page. Look whether the clock of the telephone is right.
d-factor-old-code = Code of the second factor you have now
d-factor-old-code-hint = From the old telephone, or one of your recovery codes.
d-factor-confirm = Set it up
d-factor-new-codes = Make new recovery codes
d-factor-off = Turn the second factor off

d-recovery-title = Your recovery codes
d-recovery-lead = The second factor is set up. Each of these codes works once, in the place of a code from the telephone.
d-recovery-once = They are shown only now. Write them down and keep them apart from the telephone. Earlier ones no longer work.
d-recovery-kept = I have kept them

d-sessions-title = Sign-in and sessions
d-sessions-open = Open sessions
d-sessions-what = No address and no device is kept of a session.
d-sessions-idle = { $n ->
    [one] It ends after { $shown } hour without use,
   *[other] It ends after { $shown } hours without use,
}
d-sessions-most = { $n ->
    [one] and after { $shown } hour in any case.
   *[other] and after { $shown } hours in any case.
}
d-session-begun = Begun
d-session-seen = Last used
d-session-begun-at = begun { $at }
d-session-seen-at = last used { $at }
d-session-this = this browser
d-session-end = End
d-sessions-end-others = End all other sessions
d-done-session-ended = The session is ended.
d-done-others-ended = All other sessions are ended.
d-done-factor-off = The second factor is turned off.
d-done-role = The role is changed.
d-done-linked = From now on you can sign in at the provider as well.
d-done-unlinked = Signing in at the provider has ended.

d-provider-title = On to the provider
d-provider-at = Sign-in at { $value }
d-provider-sign-in = Sign in at { $value }
d-provider-join = Or join with your sign-in at { $value }
d-provider-go = Continue to the provider
d-provider-leave = You sign in at { $value } and come back here.
d-provider-what-is-kept = The desk learns that it is you, and nothing else: no e-mail address and no name.
d-provider-is-linked = You can sign in there as well as with your password.
d-provider-link = Link my sign-in there
d-provider-unlink = End the link
d-provider-unknown = Nobody at this desk has linked this sign-in. A member links it after signing in with the password; others need an operator’s one-time link.
d-provider-refused = The provider did not confirm who you are. Try again.
d-provider-other-dance = This answer does not belong to a sign-in begun in this browser, or it took longer than ten minutes. Begin again.
d-provider-absent = The provider does not answer. Try again soon, or sign in with the password.

d-member-change = Change
d-member-role-of = Role of { $value }
d-member-role-change = Change the role
d-member-reset-all = New link, second factor too
d-event-member-link-all = Link made to a new password without the second factor
d-event-member-factor = Second factor set up
d-event-member-factor-off = Second factor turned off
d-event-member-role = Role changed
d-event-member-end = Access ended
d-org-below = Below it
d-org-n-members = Number

rule-oneself = Nobody does this to the own access: another operator does, or the command line.
rule-identity-taken = This sign-in at the provider belongs to another member of the desk.
rule-only-way-in = There is no password for your login: signing in at the provider is your only way in. An operator’s one-time link gives you a password.
