"""Why a file does not come in, in words that say what to do."""

from django.utils.translation import gettext_lazy as _

REASONS = {
    "empty": _("Tệp rỗng. Chọn lại tệp."),
    "large": _("Tệp lớn hơn 10 MB. Chụp hoặc quét lại nhỏ hơn, hoặc chia thành nhiều tệp."),
    "kind": _("Không nhận loại tệp này. Chỉ nhận ảnh JPG, PNG, WEBP; PDF; Word .docx; Excel .xlsx."),
    "old_office": _("Tệp Word, Excel kiểu cũ hoặc có mật khẩu. Bỏ mật khẩu, lưu lại thành .docx, .xlsx hoặc PDF."),
    "other_office": _("Không phải tệp Word .docx hoặc Excel .xlsx thông thường. Lưu lại thành .docx, .xlsx hoặc PDF."),
    "other_image": _("Không nhận loại ảnh này. Lưu lại thành JPG hoặc PNG."),
    "phone_image": _("Ảnh HEIC, AVIF của điện thoại. Lưu lại thành JPG; trên iPhone: Cài đặt, Camera, Định dạng, “Tương thích nhất”."),
    "video": _("Không nhận video, âm thanh. Giữ tệp gốc và bàn giao trực tiếp cho Công an."),
    "moving": _("Không nhận ảnh động. Gửi ảnh chụp thường."),
    "archive": _("Không nhận tệp nén. Giải nén rồi gửi từng tệp."),
    "nested": _("Trong tệp có tệp khác. Bỏ tệp đính kèm bên trong rồi lưu lại."),
    "encrypted": _("Tệp có mật khẩu. Bỏ mật khẩu rồi lưu lại."),
    "macro": _("Tệp có macro. Lưu lại thành .docx, .xlsx không macro hoặc PDF."),
    "active": _("Tệp PDF có lệnh tự chạy hoặc biểu mẫu động. In lại thành PDF thường."),
    "external": _("Tệp tự lấy nội dung từ nơi khác. Bỏ liên kết tới tệp ngoài rồi lưu lại, hoặc in thành PDF."),
    "entities": _("Tệp có phần khai báo không được phép. Mở bằng Word, Excel rồi lưu lại."),
    "parts": _("Trong tệp có phần không nhận (hình vẽ, phông chữ hoặc phần mở rộng lạ). In thành PDF rồi gửi."),
    "path": _("Tệp có đường dẫn không hợp lệ bên trong. Mở bằng Word, Excel rồi lưu lại."),
    "polyglot": _("Tệp chứa hai loại nội dung trong một. Mở bằng phần mềm và lưu lại thành tệp mới."),
    "trailing": _("Sau phần cuối tệp còn dữ liệu lạ. Mở bằng phần mềm và lưu lại thành tệp mới."),
    "broken": _("Tệp bị hỏng hoặc tải lên chưa đủ. Mở thử trên máy, lưu lại rồi gửi lại."),
    "pixels": _("Ảnh có quá nhiều điểm ảnh, mở ra quá nặng. Thu nhỏ ảnh hoặc lưu thành JPG rồi gửi lại."),
    "bomb": _("Tệp mở ra quá lớn. Bỏ trang, dòng thừa rồi lưu lại."),
    "heavy": _("Tệp quá nặng để kiểm tra. In lại thành PDF gọn hơn hoặc thu nhỏ ảnh."),
    "secret": _("Không gửi tài liệu bí mật nhà nước. Tệp có dấu chỉ độ mật; chuyển theo đường văn bản mật."),
}
