# Passing an answer on, and printing it.
share-link = Share
share-title = Share this answer
share-card = The answer as a picture to send
share-text = Words to paste into Zalo, Messenger or a text message
share-text-hint = Press and hold in the box, select all, then copy.
share-address = Address of the answer
share-qr = The address as a QR code
share-qr-note = For a notice board or a leaflet, or for somebody beside you to scan.
share-none = There is no network’s share button here: such a button tells that network who reads what.
qr-of = QR code of { $address }
print-link = To print
print-how = This page is made for one sheet of paper: print it from your browser.
print-back = Back to the answer
print-newest = An answer may be corrected. The newest version is at:

# The receipt.
receipt-any-time = To learn the outcome, tomorrow or in a year, enter these eight words at
receipt-for-ever = A receipt does not expire: ask now or in a year. Nobody learns who sent the message.
receipt-qr = QR code with the address of receipts and the eight words
receipt-qr-note = Scan it with another telephone to have the address and the words as text. Whoever has the words can read the outcome.

# Searching by an address.
search-naming = Answers that name this page
search-naming-note = We did not open the page; only its address was compared. Being named does not make everything on a page true or false.
search-naming-evidence = This page is one of the sources of the answer.
search-naming-seen = The claim was seen on this page.
search-naming-elsewhere = On this page another desk published its check of the same claim.
search-unread = The page at this address was not read.
search-unread-more = The program opens no links. Copy the sentence that you want checked from the page and paste it into the search box.
search-unread-words = Below, only the words in the address were compared.
