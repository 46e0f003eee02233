# Vì sao cho là cùng một tin, hoặc điều gì không khớp.
reason-shares-words = có chung các từ ít gặp: { $words }
reason-same-number = cùng con số { $message }
reason-same-date = cùng ngày { $message }
reason-similar-meaning = nghĩa gần giống ({ $cosine })
reason-different-number = số khác: ở đây là { $message }, tin đã biết nói { $claim }
reason-different-date = ngày khác: ở đây là { $message }, tin đã biết nói { $claim }
reason-different-unit = đơn vị khác: ở đây là { $message }, tin đã biết nói { $claim }
reason-different-place = nơi khác: ở đây là { $message }, tin đã biết nói { $claim }
reason-negated-word = một bên phủ định điều bên kia khẳng định (“{ $word }”)
reason-negated = một bên phủ định điều bên kia khẳng định
reason-too-short = quá ngắn ({ $n } từ) để chắc chắn
reason-same-picture = cùng một ảnh, cùng lời
reason-same-picture-other-words = cùng một ảnh, lời khác
reason-question-only = chỉ hỏi về chủ đề, không nêu tin
decision-answer = trả lời
decision-suggest = gợi ý
decision-none = không khớp
