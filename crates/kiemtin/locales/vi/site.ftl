# Khung chung của mọi trang.
lang-name = Tiếng Việt
skip = Bỏ qua phần đầu trang
nav-label = Trang chính
nav-answers = Trả lời
nav-tip = Gửi tin nghi ngờ
nav-receipt = Tra biên nhận
nav-about = Giới thiệu
nav-corrections = Đính chính
nav-log = Sổ công khai
nav-desk = Bàn làm việc
demo-banner = Đây là bản dùng thử với dữ liệu mẫu: nội dung để minh họa, các nguồn chưa được lưu lại.
footer-what = Kiểm Tin kiểm chứng lời đồn, không kiểm soát con người: không lưu ai đã nói, không gỡ, không chặn, không báo cáo ai.
failure-title = Không thực hiện được
failure-home = Về trang chính
failure-missing = Không có trang này. Hãy kiểm tra lại địa chỉ, hoặc tìm từ trang chính.
failure-broken = Máy chủ gặp lỗi. Lỗi đã được ghi lại; xin thử lại sau ít phút.
