# Những gì `kiemtin match` in ra.
match-probability = xác suất
match-decision = quyết định
match-answer = trả lời
match-claim = tin
match-why = vì sao
match-nothing = Bàn này không có tin nào giống.
match-picture-read = Đọc được trong ảnh:
match-picture-unread = Không đọc được chữ trong ảnh.
match-picture-no-words = Không tìm thấy chữ nào trong ảnh.
match-picture-plain = Ảnh có quá ít chi tiết để nhận ra lần sau.
match-picture-waiting = Nhóm có cùng ảnh và chưa gắn với tin nào: { $n }
