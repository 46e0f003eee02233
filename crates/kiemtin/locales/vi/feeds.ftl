# Bản tin (feed) để theo dõi bằng phần mềm đọc tin, trang web khác, trợ lý AI.
feeds-title = Bản tin theo dõi
feeds-lead = Dán một trong các địa chỉ dưới đây vào phần mềm đọc tin (như Thunderbird, Feedly, Inoreader) để nhận câu trả lời mới. Không phải đăng ký, và chúng tôi không biết ai đang theo dõi.
feeds-about = Câu trả lời cho tin đồn, được nhiều tổ chức cùng kiểm chứng và ký: { $title }.
feeds-follow = Theo dõi:
feeds-all = Tất cả
feeds-topics = Theo chủ đề
feeds-places = Theo tỉnh, thành phố
feeds-orgs = Theo tổ chức đã ký
feeds-in-vi = Tiếng Việt:
feeds-in-en = Tiếng Anh:
feeds-places-note = Trang của mỗi tỉnh thành, xã phường cũng có bản tin riêng.
feeds-how = Đọc bản tin thế nào cho đúng
feeds-ids = Mỗi tin đồn giữ nguyên một mã (id) trong mọi bản tin và mọi định dạng. Khi câu trả lời được đính chính, mục đó vẫn mang mã cũ với thời điểm mới, để nơi đăng lại biết mà sửa theo.
feeds-nothing = Bản tin chỉ nêu tên các tổ chức. Trong bản tin không có tên người nào.
feeds-hub = Máy chủ WebSub báo ngay cho nơi đăng ký khi bản tin thay đổi:

# Lời đáp cho trợ lý AI (MCP).
assistant-nothing = Chưa có câu trả lời nào được công bố ở đây về điều này. Như thế không có nghĩa là tin đúng hay sai.
assistant-answer = Câu trả lời đã công bố về đúng tin này:
assistant-maybe = Có thể nói về cùng một tin; hãy đọc kỹ trước khi dẫn lại:
assistant-changed = Thay đổi ở bản này: { $value }
assistant-signed = Tổ chức ký: { $value }
assistant-for = Ủng hộ tin
assistant-against = Bác bỏ tin
