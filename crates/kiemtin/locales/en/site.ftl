# The frame of every page.
lang-name = English
skip = Skip to content
nav-label = Main
nav-answers = Answers
nav-tip = Send a rumour
nav-receipt = Look up a receipt
nav-about = About
nav-corrections = Corrections
nav-log = Public log
nav-desk = Desk
demo-banner = This is a demonstration with sample data: for illustration, its sources are not archived.
footer-what = Kiểm Tin checks rumours, not people: it keeps no record of who said something, and removes, blocks and reports nothing.
failure-title = That did not work
failure-home = To the front page
failure-missing = There is no such page. Check the address, or search from the front page.
failure-broken = Something went wrong on our side. It has been noted; please try again in a few minutes.
