# What `kiemtin match` prints.
match-probability = probability
match-decision = decision
match-answer = answer
match-claim = claim
match-why = why
match-nothing = No claim of this desk is like it.
match-picture-read = Read in the picture:
match-picture-unread = The text in the picture could not be read.
match-picture-no-words = No words were found in the picture.
match-picture-plain = There is too little to see in the picture to know it again.
match-picture-waiting = Groups with the same picture and no claim yet: { $n }
