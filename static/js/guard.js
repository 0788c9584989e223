// A quiet hint when a text with data-guard seems to hold a name or a telephone number. It never stops anybody; the server looks too.
(() => {
  "use strict";

  const SURNAMES = "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Mai|Đào|Lương|Vương|Triệu|Nông|Lò|Giàng|Chu|Quách|Thạch|Kiều|Tô|Tống";
  const PLACES = "phường|xã|thôn|ấp|tổ|khu|đường|phố|ngõ|hẻm|cầu|chợ|trường|học|non|sở|thông|thcs|thpt|tỉnh|quận|huyện|trấn|tp";
  const START = "(?<![\\p{L}\\p{M}])";
  const WORD = "\\p{Lu}[\\p{L}\\p{M}]*";

  const TELEPHONE = /(?<!\d)(?:\+?84|0)(?:[\s.-]?\d){8,10}(?!\d)/;
  const FULL_NAME = new RegExp(`${START}(?:(?:${SURNAMES})(?:\\s${WORD}){1,3}|${WORD}\\s(?:Thị|Văn)\\s${WORD})`, "gu");
  const CALLED = new RegExp(`${START}(?:[Ee]m|[Bb]ạn|[Cc]háu|[Tt]hầy|[Cc]ô|[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị)\\s${WORD}`, "u");
  const AFTER_PLACE = new RegExp(`${START}(?:${PLACES})\\s$`, "iu");

  function looksPersonal(words) {
    const text = words.normalize("NFC");
    const names = [...text.matchAll(FULL_NAME)].filter((name) => !AFTER_PLACE.test(text.slice(0, name.index)));
    return TELEPHONE.test(text) || CALLED.test(text) || names.length > 0;
  }

  for (const area of document.querySelectorAll("textarea[data-guard]")) {
    const hint = area.form.querySelector("[data-guard-hint]");
    const look = () => { if (hint) hint.hidden = !looksPersonal(area.value); };
    area.addEventListener("change", look);
    area.addEventListener("input", look);
    look();
  }
})();
