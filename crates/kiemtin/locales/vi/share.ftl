# Chia sẻ và in một câu trả lời.
share-link = Chia sẻ
share-title = Chia sẻ câu trả lời này
share-card = Câu trả lời dạng ảnh để gửi đi
share-text = Lời để dán vào Zalo, Messenger hay tin nhắn
share-text-hint = Nhấn giữ vào khung, chọn tất cả rồi sao chép.
share-address = Địa chỉ của câu trả lời
share-qr = Mã QR của địa chỉ
share-qr-note = Dán lên bảng tin, in vào tờ rơi, hay giơ điện thoại cho người bên cạnh quét.
share-none = Ở đây không có nút chia sẻ của mạng nào, vì nút như vậy cho mạng đó biết ai đang đọc gì.
qr-of = Mã QR của { $address }
print-link = Bản để in
print-how = Trang này vừa một tờ giấy: dùng lệnh In của trình duyệt.
print-back = Trở lại trang trả lời
print-newest = Câu trả lời có thể được sửa. Bản mới nhất ở:

# Biên nhận.
receipt-any-time = Khi nào muốn biết kết quả, ngày mai hay một năm nữa, hãy nhập tám từ này tại
receipt-for-ever = Biên nhận không hết hạn: tra hôm nay hay một năm nữa đều được, và không ai biết bạn là người đã gửi.
receipt-qr = Mã QR chứa địa chỉ tra biên nhận và tám từ
receipt-qr-note = Quét mã này bằng điện thoại khác để có địa chỉ và tám từ dưới dạng chữ. Ai có tám từ thì đọc được kết quả.

# Tìm bằng đường dẫn.
search-naming = Câu trả lời có nhắc tới trang này
search-naming-note = Chúng tôi không mở trang bạn gửi, chỉ đối chiếu địa chỉ của nó. Một trang được nhắc tới không có nghĩa là mọi điều trong đó đúng hay sai.
search-naming-evidence = Trang này là một nguồn trong bằng chứng của câu trả lời.
search-naming-seen = Tin này từng xuất hiện ở trang đó.
search-naming-elsewhere = Trang này là bài kiểm chứng của một nơi khác về cùng tin đó.
search-unread = Trang ở địa chỉ này chưa được đọc.
search-unread-more = Chương trình không tự mở đường dẫn nào. Hãy chép câu trong trang mà bạn muốn kiểm tra rồi dán vào ô tìm.
search-unread-words = Dưới đây chỉ so các chữ có trong địa chỉ.
