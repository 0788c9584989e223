"""Three papers to print: the quarter for the education line, the quarter for police, and minutes."""

from dataclasses import replace
from datetime import date, datetime

from coordination.paper.documents import INTERNAL, VIETNAM, Appendix, Column, Heading, OfficialPaper, Paragraph, Row, Snapshot, Table, symbol

MADE_AT = datetime(2026, 12, 15, 8, 30, tzinfo=VIETNAM)
SUBJECT = "Kết quả công tác phối hợp bảo đảm an ninh, trật tự, an toàn trường học quý IV năm 2026"
STACKED_MARKS = "Thế nữ cộng đặc NGỠ NGÀNG"
SNAPSHOT = Snapshot("9f2c41d0b7e65a3846cf19a2d0e7b3518c4fa6b92d1e73058ab4cd6e0f1972b3", MADE_AT, "27/29")

KINDS = (
    Row(("A", "Bạo lực học đường", 21, "–", 7, 0, 2, 14, 5, 0, "5", "<5", 0, 12, 9), strong=True),
    Row(("1", "Nhiều học sinh đánh một học sinh (có quay, phát tán clip)", 6, "19", "6", 0, 0, 4, 2, 0, "<5", 0, 0, 3, 3)),
    Row(("2", "Bạo lực học đường trên môi trường mạng", 15, "–", "–", 0, 2, 10, 3, 0, "–", 0, 0, 9, 6)),
    Row(("B", "Tội phạm và vi phạm pháp luật khác", 13185, "–", "–", 1, 0, 7, 6, 1, 0, 0, 0, 12, -1), strong=True),
    Row(("3", "Cưỡng đoạt tài sản (trấn lột)", 8, "9", "<5", 0, 0, 5, 3, 0, 0, 0, 0, 7, 1)),
)
KIND_COLUMNS = (
    Column("TT", 3), Column("Loại vụ việc", 16, words=True), Column("Số vụ", 4), Column("Học sinh liên quan", 5, missing=3),
    Column("Nữ", 4, missing=3), Column("Mầm non", 4), Column("Tiểu học", 4), Column("THCS", 4), Column("THPT", 4), Column("Khác", 4),
    Column("Bị thương", 5), Column("Dưới 16 tuổi", 5), Column("Tử vong", 4), Column("Cùng kỳ", 4), Column("Tăng, giảm", 4),
)
TIMELINESS_COLUMNS = (
    Column("TT", 2), Column("Đơn vị", 10, words=True), Column("Đúng hạn", 4), Column("Quá hạn", 4),
    Column("Công an thông báo", 5), Column("Không phát sinh", 5), Column("Giờ báo đầu tiên (trung vị)", 6),
)
RESULTS = (
    "Không có dấu hiệu vi phạm",
    "Đã nhắc nhở, giao gia đình và nhà trường giáo dục",
    "Đã xử phạt hành chính",
    "Đã chuyển cơ quan có thẩm quyền",
    "Đang giải quyết theo tố tụng, chưa cung cấp thông tin",
)
LONG = (
    "Trong quý, các cơ sở giáo dục trên địa bàn đã phối hợp với Công an phường trao đổi thông tin thường xuyên, "
    "kịp thời; việc báo đầu tiên được thực hiện qua điện thoại, sau đó bổ sung bằng báo cáo đầy đủ trên hệ thống. "
)


def timeliness() -> Table:
    rows = tuple(Row((place, f"Phường mẫu số {place}", 12, 1, 0, 3, "0,5")) for place in range(1, 48))
    return Table(TIMELINESS_COLUMNS, (*rows, Row((None, "Tổng cộng", 564, 47, 0, 141, "0,5"), strong=True)))


def education() -> OfficialPaper:
    return OfficialPaper(
        superior="Ủy ban nhân dân thành phố Hải Phòng", issuer="Sở Giáo dục và Đào tạo", kind="Báo cáo", subject=SUBJECT,
        symbol=symbol("BC", "SGDĐT"), made_at=MADE_AT, signer="Phó Giám đốc", authority=("KT. Giám đốc",), place="Hải Phòng",
        data_window=(date(2026, 9, 15), date(2026, 12, 14)),
        addressees=("Ủy ban nhân dân thành phố Hải Phòng", "Công an thành phố Hải Phòng (để p/h)"),
        body=(
            Paragraph("Căn cứ Nghị định số 80/2017/NĐ-CP ngày 17 tháng 7 năm 2017 của Chính phủ;", basis=True),
            Heading("Đặc điểm, tình hình"),
            Paragraph(f"Toàn địa bàn có 29 trường với 13.185 học sinh; 27/29 đơn vị đã báo cáo. {STACKED_MARKS}."),
            Heading("Công tác chỉ đạo, văn bản phối hợp"),
            Paragraph(LONG),
            Heading("Kết quả thực hiện"),
            Heading("Trao đổi thông tin", 2), Paragraph(LONG * 2),
            Heading("Phòng ngừa", 2),
            Heading("Mô hình cổng trường an toàn.", 3), Paragraph(LONG),
            Heading("Đối thoại với học sinh.", 3), Paragraph(LONG),
            Heading("Tình hình vụ việc và kết quả xử lý"),
            Paragraph("Kết quả xử lý của Công an được tổng hợp trong bảng sau."),
            Table((Column("Kết quả", 4, words=True), Column("Số vụ", 1)), tuple(Row((name, 12)) for name in RESULTS), ("Số từ 1 đến 4 ghi là <5.",)),
            Heading("Tồn tại, khó khăn, nguyên nhân"), Paragraph(LONG),
            Heading("Phương hướng quý tới; kiến nghị"), Paragraph(LONG),
        ),
        recipients=("Như trên", "Công an thành phố", "Lưu: VT, CTTTHSSV"),
        appendices=(
            Appendix("Vụ việc theo loại", Table(KIND_COLUMNS, KINDS, ("“–”: số được che để bảo vệ học sinh.",)), landscape=True),
            Appendix("Báo cáo kịp thời", timeliness()),
            Appendix("Thời gian Công an đã nhận tin", timeliness()),
            Appendix("Xử lý", Table((Column("Kết quả", 4, words=True), Column("Số vụ", 1)), tuple(Row((name, 12)) for name in RESULTS))),
        ),
        snapshot=SNAPSHOT,
    )


def police() -> OfficialPaper:
    return replace(
        education(), superior="Công an thành phố Hải Phòng", issuer="Công an phường Lê Chân (mẫu)", symbol=symbol("BC", "CAP"), number=5,
        place="Lê Chân", day=date(2027, 1, 5), draft=False, signer="Trưởng Công an phường", authority=(), circulation=INTERNAL,
        addressees=("Công an thành phố Hải Phòng (để p/h)",), recipients=("Như trên", "Lưu: VT"),
    )


def minutes() -> OfficialPaper:
    return OfficialPaper(
        issuer="Ủy ban nhân dân phường Lê Chân", kind="Biên bản", subject="Hội nghị giao ban quý IV năm 2026", symbol=symbol("BB", "UBND"),
        made_at=MADE_AT, signer="Chủ trì", secretary="Thư ký", number=12, draft=False,
        body=(Paragraph("Thời gian bắt đầu: 08 giờ 00, ngày 19 tháng 12 năm 2026."), Heading("Nội dung"), Paragraph(LONG)),
        recipients=("Thành phần dự họp", "Lưu: VT, Hồ sơ"),
    )
