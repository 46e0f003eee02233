# Why it is thought to be the same claim, or what does not fit.
reason-shares-words = shares the rare words: { $words }
reason-same-number = same number { $message }
reason-same-date = same date { $message }
reason-similar-meaning = similar meaning ({ $cosine })
reason-different-number = different number: { $message } here, { $claim } in the known claim
reason-different-date = different date: { $message } here, { $claim } in the known claim
reason-different-unit = different unit: { $message } here, { $claim } in the known claim
reason-different-place = different place: { $message } here, { $claim } in the known claim
reason-negated-word = one side denies what the other says (“{ $word }”)
reason-negated = one side denies what the other says
reason-too-short = too short ({ $n } words) to be sure
reason-same-picture = the same picture, the same words
reason-same-picture-other-words = the same picture, other words
reason-question-only = only asks about the topic, does not state the claim
decision-answer = answer
decision-suggest = suggest
decision-none = none
