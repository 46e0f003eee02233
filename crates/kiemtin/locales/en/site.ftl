# The frame of every page.
lang-name = English
month-of = { $month }
skip = Skip to content
nav-label = Main
nav-more = More pages
nav-answers = Answers
nav-tip = Send a rumour
nav-receipt = Look up a receipt
nav-about = About
nav-corrections = Corrections
nav-log = Public log
nav-desk = Desk
demo-banner = This is a demonstration with sample data: for illustration, its sources are not archived.
footer-what = Kiểm Tin checks rumours, not people: it keeps no record of who said something, and removes, blocks and reports nothing.

# When something did not work.
failure-title = That did not work
failure-home = To the front page
failure-missing = There is no such page. Check the address, or search from the front page.
failure-broken = Something went wrong on our side. It has been noted; please try again in a few minutes.
failure-busy = The server is busy. Nothing was kept; please try again in a few seconds.
failure-stale = Somebody changed this meanwhile. Load the page again and look before you repeat it.
failure-refused = The desk cannot take this: something of the same kind is there already, or what it names is gone. Load the page again and look.
failure-other-site = This request came from another site and was refused. Open this page and send it from here.
failure-method = This address does not take such a request.
failure-too-large = What you sent is too long. Send only the part that you want checked.
failure-unreadable = This request cannot be read. Check the address or the form and try again.

# Forms.
form-error = Error:
form-error-title = Error: { $title }
form-summary = Please correct this
form-too-long = The text has { $n } characters and the limit is { $max }. Keep only the part that you want checked.
