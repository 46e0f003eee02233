# Feeds for readers' programs, other sites, assistants.
feeds-title = Feeds
feeds-lead = Give one of the addresses below to a feed reader (Thunderbird, Feedly, Inoreader and others) and new answers come to you. There is no account, and we do not know who follows.
feeds-about = Answers to rumours, checked and signed by several organisations together: { $title }.
feeds-follow = Follow:
feeds-all = Everything
feeds-topics = By topic
feeds-places = By province
feeds-orgs = By organisation that signed
feeds-in-vi = Vietnamese:
feeds-in-en = English:
feeds-places-note = The page of each province and ward has feeds of its own.
feeds-how = How to read a feed
feeds-ids = Each claim keeps one id in every feed and every format. When an answer is corrected, its entry has the same id and a new time, so that whoever carries it can follow.
feeds-nothing = A feed names organisations only. There is nobody's name in it.
feeds-hub = This WebSub hub tells subscribers at once when a feed changes:

# What assistants are told (MCP).
assistant-nothing = Nothing published here answers this. That means neither that it is true nor that it is false.
assistant-answer = The published answer to this very claim:
assistant-maybe = These may be about the same claim; read them before you quote them:
assistant-changed = What this version changed: { $value }
assistant-signed = Signed by: { $value }
assistant-for = For the claim
assistant-against = Against the claim
