# Thứ tự trong hàng chờ, và vì sao.
d-q-points = Mức ưu tiên
d-q-why-overdue-today = vừa quá hạn
d-q-why-overdue = quá hạn { $shown } ngày
d-q-why-due-today = đến hạn trong 24 giờ tới
d-q-why-due = { $n ->
    [1] mai đến hạn
   *[other] còn { $shown } ngày đến hạn
}
d-q-why-risk-high = nguy cơ gây hại cao
d-q-why-risk-medium = nguy cơ gây hại vừa
d-q-why-risk-low = nguy cơ gây hại thấp
d-q-why-risk-topic = chủ đề dễ gây hại (phỏng đoán)
d-q-why-messages = { $shown } tin nhắn
d-q-why-asking = { $shown } người đang hỏi
d-q-why-grew = thêm { $shown } tin trong 24 giờ qua, gấp { $times } lần mức trước đó
d-q-why-all-new = cả { $shown } tin đều đến trong 24 giờ qua
d-q-why-waits = chờ { $shown } ngày

# Bộ lọc.
d-q-filter = Lọc
d-q-filter-go = Lọc
d-q-filter-none = Bỏ lọc
d-q-filter-empty = Không có mục nào khớp với bộ lọc.
d-q-any = Tất cả
d-q-lang = Ngôn ngữ
d-q-topic = Chủ đề
d-q-match = Tin gần giống
d-q-match-proposed = Có đề xuất
d-q-match-none = Không có
d-q-whose = Phụ trách
d-q-whose-mine = Tôi
d-q-whose-org = Tổ chức của tôi
d-q-whose-nobody = Chưa ai
d-q-due = Hạn
d-q-due-due = Có hạn
d-q-due-late = Quá hạn

# Nguy cơ và người phụ trách.
d-q-risk = Nguy cơ gây hại
d-q-risk-hint = Nếu người ta tin điều này thì hại đến đâu: sức khỏe, tiền bạc, an toàn, hoang mang. Chỉ xét điều được nói, không xét ai nói.
d-q-risk-high = Cao
d-q-risk-medium = Vừa
d-q-risk-low = Thấp
d-q-risk-unsaid = Chưa đánh giá
d-q-risk-set = Ghi nguy cơ
d-q-owner = Phụ trách
d-q-owner-new = Giao cho
d-q-assign = Giao việc
d-q-assign-choose = Hãy chọn một tổ chức, hoặc chính bạn.
d-q-me = Tôi
d-q-nobody = Chưa ai
d-q-a-member-of = một thành viên của { $org }

# Nhiều nhóm cùng lúc.
d-q-pick = Chọn
d-q-several = Nhiều nhóm cùng lúc
d-q-several-hint = Đánh dấu các nhóm ở trên (tối đa { $n }), rồi chọn một việc. Việc được làm cho tất cả hoặc không nhóm nào, và hoàn tác được.
d-q-bulk-claim = Tin: địa chỉ, số hoặc mã
d-q-bulk-tie = Gắn các nhóm đã chọn vào tin
d-q-bulk-dismiss = Gác các nhóm đã chọn
d-q-bulk-assign = Giao các nhóm đã chọn
d-q-bulk-merge = Gộp các nhóm đã chọn
d-q-bulk-merge-hint = Gộp vào nhóm nhiều tin nhắn nhất.
d-q-bulk-merge-two = Hãy chọn ít nhất hai nhóm để gộp.
d-q-bulk-choose = Chưa chọn nhóm nào. Hãy quay lại và đánh dấu các nhóm.
d-q-bulk-too-many = Mỗi lần chọn được tối đa { $value } nhóm.
d-q-bulk-title = Việc làm cho nhiều nhóm
d-q-bulk-hint = Mỗi việc hoàn tác được bất cứ lúc nào, ở những nhóm chưa có gì khác xảy ra từ đó.
d-q-bulk-none = Chưa có việc nào làm cho nhiều nhóm cùng lúc.
d-q-bulk-left = Ở các nhóm sau đã có việc khác xảy ra từ đó, nên chúng được giữ nguyên:
d-q-bulk-groups = { $shown } nhóm
d-q-bulk-all-undone = đã hoàn tác

# Phím tắt.
d-q-keys = Phím tắt
d-q-keys-on = Dùng phím tắt một chữ
d-q-key-move = mục sau, mục trước
d-q-key-open = mở mục
d-q-key-accept = đúng là cùng một tin
d-q-key-reject = không phải tin này
d-q-key-aside = gác lại: chọn lý do
d-q-key-undo = hoàn tác việc vừa làm
d-q-key-search = tìm
d-q-key-help = bảng này

# Việc cần làm và ghi chú của hồ sơ.
d-q-tasks = Việc cần làm
d-q-no-tasks = Chưa có việc nào.
d-q-task = Việc
d-q-task-add = Thêm việc
d-q-task-owner = Ai làm
d-q-task-done = Đã xong
d-q-task-undone = Chưa xong
d-q-task-done-on = xong ngày
d-q-task-unfit = Hãy ghi việc cần làm, tối đa { $value } ký tự.
d-q-task-day = Hãy ghi hạn theo dạng năm-tháng-ngày, ví dụ 2026-12-01.
d-q-notes = Ghi chú
d-q-notes-hint = Chỉ thành viên đọc được, không bao giờ công bố. Số điện thoại, tài khoản và địa chỉ được che trước khi lưu.
d-q-note = Ghi chú
d-q-note-add = Thêm ghi chú
d-q-note-unfit = Hãy viết ghi chú, tối đa { $value } ký tự.
d-q-growth = Số lần xuất hiện từ { $first } đến { $last }: { $n }; ngày nhiều nhất: { $most }.
d-q-growth-table = Số theo ngày
d-q-growth-day = Ngày

# Câu mà người đọc thấy khi chưa có câu trả lời.
d-q-release-title = Danh sách chờ công khai
d-q-release-not = Người đọc chưa thấy tin này.
d-q-release = Đưa câu này lên danh sách chờ
d-q-release-hint = Người đọc sẽ thấy câu ở đầu trang, số lượt gửi (dưới 5 thì ghi “dưới 5”), nơi phụ trách và tình trạng. Không có nội dung tin nhắn.
d-q-release-waiting = Người đọc thấy: đang chờ.
d-q-release-checking = Người đọc thấy: đang được kiểm chứng.
d-q-release-overdue = Người đọc thấy: quá hạn trả lời.
d-q-release-closed = Câu đã được đưa ra, nhưng hồ sơ không còn mở nên không hiện trên danh sách nữa.
d-q-released-by = Đưa ra bởi
d-q-withdraw = Rút câu này lại
d-q-withdraw-why = Vì sao rút lại?

# Điều đã xảy ra, vừa làm, và bị từ chối.
d-event-group-risk = Đánh giá nguy cơ
d-event-group-assign = Giao nhóm
d-event-case-risk = Đánh giá nguy cơ
d-event-case-assign = Giao hồ sơ
d-event-task-add = Thêm việc cần làm
d-event-task-done = Việc đã xong
d-event-task-undone = Việc mở lại
d-event-note-add = Thêm ghi chú
d-event-claim-release = Đưa câu lên danh sách chờ
d-event-claim-withdraw = Rút câu khỏi danh sách chờ
d-done-assigned = Đã giao.
d-done-risk = Đã ghi nguy cơ.
d-done-task = Đã thêm việc.
d-done-task-done = Đã ghi là xong.
d-done-task-undone = Việc được mở lại.
d-done-note = Đã thêm ghi chú.
d-done-released = Người đọc thấy câu này trên danh sách chờ.
d-done-release-back = Đã rút câu khỏi danh sách chờ.
d-done-bulk-dismiss = Đã gác các nhóm đã chọn.
d-done-bulk-tie = Đã gắn các nhóm đã chọn vào tin.
d-done-bulk-assign = Đã giao các nhóm đã chọn.
d-done-bulk-merge = Đã gộp các nhóm đã chọn.
d-done-bulk-undone = Đã hoàn tác toàn bộ.
d-done-bulk-undone-partly = Đã hoàn tác ở những nhóm chưa có gì khác xảy ra.
rule-owner-involved = Tin này liên quan đến tổ chức đó, nên tổ chức đó không thể phụ trách hồ sơ.
rule-not-open = Chỉ đưa ra được câu của tin còn chờ câu trả lời: tin này đã có câu trả lời, hoặc hồ sơ đã đóng.

# Which sentences are worth checking.
d-worth-title = Câu đáng kiểm chứng
d-worth-hint = Máy chỉ gợi ý và xếp thứ tự; con người quyết định. Không xét câu nói về ai hay khen chê gì.
d-worth-for = vì có { $value }
d-worth-against = dù có { $value }
d-worth-word = Viết thành tin cần kiểm chứng
d-worth-signal-number = con số
d-worth-signal-share = tỷ lệ
d-worth-signal-money = số tiền
d-worth-signal-date = ngày tháng
d-worth-signal-comparison = so sánh
d-worth-signal-cause = nguyên nhân
d-worth-signal-remedy = cách chữa, cách phòng
d-worth-signal-harm = thiệt hại, nguy hiểm
d-worth-signal-health = sức khỏe
d-worth-signal-event = sự cố, tai nạn
d-worth-signal-rule = quy định, cấm, phạt
d-worth-signal-official-source = dẫn lời cơ quan
d-worth-signal-reported = nghe kể lại
d-worth-signal-study = nghiên cứu, số liệu
d-worth-signal-universal = tất cả, không ai
d-worth-signal-denial = phủ định
d-worth-signal-news = tự xưng là tin
d-worth-signal-opinion = ý kiến
d-worth-signal-judgement = khen, chê
d-worth-signal-feeling = cảm xúc
d-worth-signal-future = dự đoán
d-worth-signal-question = câu hỏi
d-worth-signal-first-person = kể chuyện mình
d-worth-signal-invitation = lời mời
d-worth-signal-chat = trò chuyện
d-worth-signal-short = quá ngắn
