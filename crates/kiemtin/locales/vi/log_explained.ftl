# Sổ công khai, giải thích cho mọi người.
log-why = Sổ này để làm gì
log-why-book = Hãy hình dung một cuốn sổ đóng chỉ, đánh số từng trang, viết bằng mực. Mỗi khi một câu trả lời được đăng, sửa hay rút lại, một khiếu nại được nhận hay trả lời, một dòng được viết tiếp vào cuối sổ. Không dòng nào bị tẩy, không trang nào bị xé.
log-why-print = Mỗi dòng giữ “dấu vân tay” của văn bản đã đăng: chỉ cần văn bản đổi một chữ là dấu vân tay khác hẳn. Dòng không chứa tên người và cũng không chứa lời văn.
log-why-bound = Các dòng được buộc vào nhau và cả cuốn sổ được ký. Ai giữ lại một chữ ký cũ đều phát hiện được nếu về sau có dòng bị sửa hay biến mất, kể cả khi chính chúng tôi làm điều đó.
log-you = Bạn có thể làm gì
log-you-look = Bấm vào một dòng dưới đây để đọc câu trả lời mà nó nói tới; mọi bản cũ vẫn còn.
log-you-proof = Mở phần “Tự kiểm tra” ở cuối trang trả lời: có sẵn lệnh để tự tính dấu vân tay và so với sổ.
log-you-keep = Lưu lại khóa và điểm chốt ở dưới. Báo chí, trường học, hội nhóm càng giữ nhiều bản thì càng không ai sửa lén được.
log-not = Sổ không chứng minh câu trả lời là đúng. Sổ chứng minh rằng chúng tôi đã nói gì, vào lúc nào, ai đã ký, và điều đó không bị sửa lén.
log-for-experts = Cho người muốn kiểm tra bằng máy
