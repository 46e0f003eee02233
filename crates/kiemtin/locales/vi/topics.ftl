# Chủ đề, và lối đi tới các danh sách.
nav-topics = Chủ đề
topics-title = Chủ đề
topics-lead = Chọn một chủ đề để đọc những câu trả lời về chuyện đó.
topics-note = Mỗi tin thuộc một chủ đề, do biên tập viên chọn.
topic-none = Chưa có câu trả lời nào về chủ đề này.
claim-topic = Chủ đề:
home-topics = Đọc theo chủ đề
home-places = Hoặc tìm theo tỉnh thành, xã phường
foot-read = Đọc
foot-check = Kiểm tra lại chúng tôi
foot-about = Về trang này
foot-api = Cho chương trình

# Tên chủ đề (các chủ đề đầu tiên ở desk.ftl) và mỗi chủ đề có những gì.
d-topic-food = Ăn uống
d-topic-environment = Môi trường
d-topic-traffic = Giao thông
d-topic-services = Thủ tục, dịch vụ công
d-topic-education = Trường học
d-topic-money = Tiền bạc, giá cả
d-topic-technology = Mạng và công nghệ
topic-about-epidemic = Dịch bệnh, vắc-xin, cách ly, các ca bệnh mới.
topic-about-health = Thuốc men, cách chữa bệnh, bệnh viện, bảo hiểm y tế.
topic-about-food = Thực phẩm bẩn hay sạch, đồ ăn thức uống, hàng bị thu hồi.
topic-about-disaster = Bão, lũ, động đất, cháy nổ, cảnh báo thời tiết.
topic-about-environment = Không khí, nước, rác, cây xanh, khí hậu.
topic-about-traffic = Đường sá, xe cộ, bằng lái, mức phạt, tai nạn.
topic-about-city = Điện, nước, rác, đường phố, xây dựng trong thành phố.
topic-about-services = Giấy tờ, lệ phí, căn cước, hộ tịch, cách làm thủ tục.
topic-about-education = Trường lớp, thi cử, học phí, lịch nghỉ.
topic-about-money = Giá cả, ngân hàng, lương, thuế, tiền trợ cấp.
topic-about-scam = Tin nhắn, cuộc gọi và trang mạng lừa tiền hay lấy thông tin.
topic-about-technology = Điện thoại, mạng xã hội, phần mềm, ảnh và video do máy tạo ra.
topic-about-other = Những chuyện không thuộc chủ đề nào ở trên.

# Danh sách tổ chức.
orgs-title = Các tổ chức tham gia
orgs-lead = Những nơi cùng kiểm chứng và ký các câu trả lời ở đây.
orgs-none = Chưa có tổ chức nào.
orgs-rule = Không nơi nào được tự mình quyết định, và không nơi nào được ký câu trả lời về chính mình.
