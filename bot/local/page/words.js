// The page's own few words. What the bot says comes from the bot.

const WORDS = {
  en: {
    banner: "This is a local demo; nothing leaves this computer.",
    what: "What can this bot do?", start: "Start", restart: "Restart bot", menu: "Menu",
    message: "Message", bot: "bot", typing: "typing…", connecting: "connecting…",
    copied: "Copied", unsent: "Not sent. Please try again.", gone: "That button is gone.",
    locating: "Looking for your position…", photo: "Photo", photoNote: "The picture stayed on your device.",
    location: "Location", edited: "edited", today: "Today", yesterday: "Yesterday",
    settings: "Settings", language: "Language", theme: "Theme", system: "System", light: "Light",
    dark: "Dark", fresh: "Start as a new person", block: "Block the bot", unblock: "Unblock the bot",
    done: "Done", ok: "OK", cancel: "Cancel", close: "Close", send: "Send", attach: "Send a photo",
    keys: "Show or hide the keyboard", down: "To the newest message",
    where: "Share a position", whereWhy: "Your browser gave no position. Choose one for the demo:",
    latitude: "Latitude", longitude: "Longitude", share: "Share", download: "Download", reveal: "Hidden text: show", copy: "Copy",
  },
  fr: {
    banner: "Démo locale : rien ne quitte cet ordinateur.",
    what: "Que peut faire ce bot ?", start: "Démarrer", restart: "Redémarrer le bot", menu: "Menu",
    message: "Message", bot: "bot", typing: "écrit…", connecting: "connexion…",
    copied: "Copié", unsent: "Non envoyé. Réessayez.", gone: "Ce bouton n’existe plus.",
    locating: "Recherche de votre position…", photo: "Photo", photoNote: "L’image est restée sur votre appareil.",
    location: "Position", edited: "modifié", today: "Aujourd’hui", yesterday: "Hier",
    settings: "Réglages", language: "Langue", theme: "Thème", system: "Système", light: "Clair",
    dark: "Sombre", fresh: "Recommencer comme nouvelle personne", block: "Bloquer le bot", unblock: "Débloquer le bot",
    done: "Terminé", ok: "OK", cancel: "Annuler", close: "Fermer", send: "Envoyer", attach: "Envoyer une photo",
    keys: "Afficher ou masquer le clavier", down: "Au dernier message",
    where: "Partager une position", whereWhy: "Votre navigateur n’a pas donné de position. Choisissez-en une pour la démo :",
    latitude: "Latitude", longitude: "Longitude", share: "Partager", download: "Télécharger", reveal: "Texte masqué : afficher", copy: "Copier",
  },
  ar: {
    banner: "هذا عرض محلي؛ لا شيء يغادر هذا الحاسوب.",
    what: "ماذا يستطيع هذا البوت أن يفعل؟", start: "ابدأ", restart: "إعادة تشغيل البوت", menu: "القائمة",
    message: "رسالة", bot: "بوت", typing: "يكتب…", connecting: "جارٍ الاتصال…",
    copied: "تم النسخ", unsent: "لم تُرسل. حاول مرة أخرى.", gone: "لم يعد هذا الزر موجودًا.",
    locating: "جارٍ تحديد موقعك…", photo: "صورة", photoNote: "بقيت الصورة على جهازك.",
    location: "الموقع", edited: "معدّلة", today: "اليوم", yesterday: "أمس",
    settings: "الإعدادات", language: "اللغة", theme: "المظهر", system: "النظام", light: "فاتح",
    dark: "داكن", fresh: "ابدأ كشخص جديد", block: "حظر البوت", unblock: "إلغاء حظر البوت",
    done: "تم", ok: "حسنًا", cancel: "إلغاء", close: "إغلاق", send: "إرسال", attach: "إرسال صورة",
    keys: "إظهار لوحة المفاتيح أو إخفاؤها", down: "إلى أحدث رسالة",
    where: "مشاركة موقع", whereWhy: "لم يعطِ المتصفح موقعًا. اختر واحدًا للعرض:",
    latitude: "خط العرض", longitude: "خط الطول", share: "مشاركة", download: "تنزيل", reveal: "نص مخفي: إظهار", copy: "نسخ",
  },
};

export const LANGUAGES = {
  en: "English", fr: "Français", ar: "العربية", de: "Deutsch", es: "Español", fa: "فارسی",
  he: "עברית", hi: "हिन्दी", id: "Bahasa Indonesia", it: "Italiano", ja: "日本語", ko: "한국어",
  nl: "Nederlands", pl: "Polski", pt: "Português", ru: "Русский", sw: "Kiswahili", th: "ไทย",
  tr: "Türkçe", uk: "Українська", vi: "Tiếng Việt", zh: "中文",
};

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
let language = "en";

export const tongue = (code) => code.split("-")[0].toLowerCase();
export const word = (name) => (WORDS[tongue(language)] ?? WORDS.en)[name];
export const currentLanguage = () => language;

/** Put every word of the page into a language, and the frame into its direction. */
export function speak(code) {
  language = code;
  document.documentElement.lang = WORDS[tongue(code)] ? code : "en";
  document.documentElement.dir = RIGHT_TO_LEFT.has(tongue(code)) ? "rtl" : "ltr";
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  const labels = { "settings-button": "settings", "banner-close": "close", send: "send", attach: "attach", "keys-toggle": "keys", down: "down", menu: "menu" };
  for (const [id, name] of Object.entries(labels)) {
    document.getElementById(id).setAttribute("aria-label", word(name));
  }
}
