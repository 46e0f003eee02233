# Danh sách chờ: điều mọi người hỏi mà chưa có câu trả lời.
waiting-title = Tin đang chờ câu trả lời
waiting-nav = Danh sách chờ
waiting-home = Xem những tin đang chờ câu trả lời
waiting-all = Xem mọi tin đang chờ
waiting-lead = Những điều nhiều người hỏi mà chưa có câu trả lời. Có tên trong danh sách này không có nghĩa là đúng hay sai.
waiting-note = Mỗi câu do biên tập viên đặt lời, không phải tin nhắn của ai. Bạn nghe được điều khác?
waiting-empty = Hiện không có tin nào đang chờ.
waiting-found = Chưa có câu trả lời: đang được kiểm chứng
waiting-waiting = Đang chờ
waiting-checking = Đang được kiểm chứng
waiting-overdue = Quá hạn trả lời
waiting-owner = Nơi phụ trách:
waiting-age = { $n ->
    [0] từ hôm nay
   *[other] đã { $shown } ngày
}
waiting-demand = { $shown } lượt gửi
waiting-demand-few = dưới { $n } lượt gửi
waiting-private = Ngoài ra có { $shown } chuyện riêng tư được gửi đến. Bàn làm việc không kiểm chứng chuyện riêng của người khác, và chỉ nêu con số này.
waiting-private-few = Ngoài ra có dưới { $n } chuyện riêng tư được gửi đến. Bàn làm việc không kiểm chứng chuyện riêng của người khác, và chỉ nêu con số này.
