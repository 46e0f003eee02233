# Khung chung của mọi trang.
lang-name = Tiếng Việt
month-of = tháng { $month }
skip = Bỏ qua phần đầu trang
nav-label = Trang chính
nav-more = Các trang khác
nav-answers = Trả lời
nav-tip = Gửi tin nghi ngờ
nav-receipt = Tra biên nhận
nav-about = Giới thiệu
nav-corrections = Đính chính
nav-log = Sổ công khai
nav-desk = Bàn làm việc
demo-banner = Đây là bản dùng thử với dữ liệu mẫu: nội dung để minh họa, các nguồn chưa được lưu lại.
footer-what = Kiểm Tin kiểm chứng lời đồn, không kiểm soát con người: không lưu ai đã nói, không gỡ, không chặn, không báo cáo ai.

# Khi có điều không làm được.
failure-title = Không thực hiện được
failure-home = Về trang chính
failure-missing = Không có trang này. Hãy kiểm tra lại địa chỉ, hoặc tìm từ trang chính.
failure-broken = Máy chủ gặp lỗi. Lỗi đã được ghi lại; xin thử lại sau ít phút.
failure-busy = Máy chủ đang bận. Chưa có gì được ghi; xin thử lại sau ít giây.
failure-stale = Trong lúc đó có người đã thay đổi nội dung này. Hãy tải lại trang, xem lại rồi mới làm tiếp.
failure-refused = Bàn làm việc không nhận thay đổi này: đã có mục cùng loại, hoặc mục được nêu không còn. Hãy tải lại trang và xem.
failure-other-site = Yêu cầu này đến từ một trang khác nên bị từ chối. Hãy mở trang này rồi gửi lại từ đây.
failure-method = Địa chỉ này không nhận yêu cầu như vậy.
failure-too-large = Nội dung gửi lên quá dài. Chỉ gửi phần bạn muốn được kiểm chứng.
failure-unreadable = Không đọc được yêu cầu này. Hãy kiểm tra lại địa chỉ hoặc biểu mẫu rồi thử lại.

# Biểu mẫu.
form-error = Lỗi:
form-error-title = Lỗi: { $title }
form-summary = Xin sửa điều sau
form-too-long = Nội dung dài { $n } ký tự, giới hạn là { $max }. Hãy giữ lại phần bạn muốn được kiểm chứng.
