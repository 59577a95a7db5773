/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-phrases.h"

#include <string.h>

typedef struct {
  const char *language;
  const char *date;   /* $d day, $m month by name, $n by number, $y year */
  const char *months; /* as they are in a date; "" when they are numbered */
  const char *phrases[LV_ENGINE_N_PHRASES];
} Book;

/* Japanese in kana: espeak-ng cannot read the Chinese characters. */
static const Book books[] = {
  { "ar",
    "$d $m $y",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    { "مرحبا! كيف يمكنني مساعدتك؟", "أنا بخير، شكرا.", "على الرحب والسعة.", "مع السلامة!", "حسنا.",
      "الساعة الآن $.", "اليوم هو $.", "النتيجة هي $.", "عفوا، لم أفهم ذلك.",
      "أستطيع ذلك باللغة الإنجليزية فقط." } },
  { "bn",
    "$d $m $y",
    "জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর",
    { "নমস্কার! আমি কীভাবে সাহায্য করতে পারি?", "আমি ভালো আছি, ধন্যবাদ।", "আপনাকে স্বাগতম।", "বিদায়!",
      "ঠিক আছে।", "এখন সময় $।", "আজ $।", "ফলাফল $।", "দুঃখিত, আমি বুঝতে পারিনি।",
      "এটা আমি শুধু ইংরেজিতে পারি।" } },
  { "de",
    "$d. $m $y",
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    { "Hallo! Wie kann ich helfen?", "Mir geht es gut, danke.", "Gern geschehen.",
      "Auf Wiedersehen!", "In Ordnung.", "Es ist $ Uhr.", "Heute ist der $.", "Das Ergebnis ist $.",
      "Das habe ich leider nicht verstanden.", "Das kann ich nur auf Englisch." } },
  { "es",
    "$d de $m de $y",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    { "¡Hola! ¿En qué puedo ayudar?", "Estoy bien, gracias.", "De nada.", "¡Hasta luego!",
      "De acuerdo.", "La hora es $.", "Hoy es $.", "El resultado es $.",
      "Lo siento, no he entendido eso.", "Eso solo puedo hacerlo en inglés." } },
  { "fr",
    "$d $m $y",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    { "Bonjour ! Comment puis-je vous aider ?", "Je vais bien, merci.", "Je vous en prie.",
      "Au revoir !", "D'accord.", "Il est $.", "Nous sommes le $.", "Le résultat est $.",
      "Désolé, je n'ai pas compris.", "Je ne peux le faire qu'en anglais." } },
  { "hi",
    "$d $m $y",
    "जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर",
    { "नमस्ते! मैं आपकी क्या मदद कर सकता हूँ?", "मैं ठीक हूँ, धन्यवाद।", "आपका स्वागत है।", "अलविदा!", "ठीक है।",
      "अभी समय $ है।", "आज $ है।", "परिणाम $ है।", "माफ़ कीजिए, मैं समझ नहीं पाया।",
      "यह मैं केवल अंग्रेज़ी में कर सकता हूँ।" } },
  { "id",
    "$d $m $y",
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    { "Halo! Apa yang bisa saya bantu?", "Saya baik-baik saja, terima kasih.", "Sama-sama.",
      "Sampai jumpa!", "Baiklah.", "Sekarang pukul $.", "Hari ini tanggal $.", "Hasilnya $.",
      "Maaf, saya tidak mengerti.", "Itu hanya bisa saya lakukan dalam bahasa Inggris." } },
  { "it",
    "$d $m $y",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    { "Ciao! Come posso aiutare?", "Sto bene, grazie.", "Prego.", "Arrivederci!", "Va bene.",
      "L'ora è $.", "Oggi è il $.", "Il risultato è $.", "Mi dispiace, non ho capito.",
      "Questo posso farlo solo in inglese." } },
  { "ja",
    "$yねん $nがつ $dにち",
    "",
    { "こんにちは。なにを おてつだい しましょうか。", "げんきです。ありがとうございます。",
      "どういたしまして。", "さようなら。", "わかりました。", "いまの じこくは $ です。",
      "きょうは $ です。", "こたえは $ です。", "すみません、わかりませんでした。",
      "それは えいごでしか できません。" } },
  { "ko",
    "$y년 $n월 $d일",
    "",
    { "안녕하세요! 무엇을 도와드릴까요?", "잘 지내요, 감사합니다.", "천만에요.", "안녕히 계세요!",
      "알겠습니다.", "지금 시각은 $입니다.", "오늘은 $입니다.", "답은 $입니다.",
      "죄송합니다, 이해하지 못했어요.", "그것은 영어로만 할 수 있어요." } },
  { "mr",
    "$d $m $y",
    "जानेवारी फेब्रुवारी मार्च एप्रिल मे जून जुलै ऑगस्ट सप्टेंबर ऑक्टोबर नोव्हेंबर डिसेंबर",
    { "नमस्कार! मी काय मदत करू शकतो?", "मी ठीक आहे, धन्यवाद.", "आपले स्वागत आहे.", "निरोप घेतो!", "ठीक आहे.",
      "आत्ता वेळ $ आहे.", "आज $ आहे.", "उत्तर $ आहे.", "माफ करा, मला समजले नाही.",
      "हे मी फक्त इंग्रजीत करू शकतो." } },
  { "nl",
    "$d $m $y",
    "januari februari maart april mei juni juli augustus september oktober november december",
    { "Hallo! Waarmee kan ik helpen?", "Het gaat goed, dank u.", "Graag gedaan.", "Tot ziens!",
      "In orde.", "Het is $ uur.", "Vandaag is het $.", "De uitkomst is $.",
      "Sorry, dat heb ik niet begrepen.", "Dat kan ik alleen in het Engels." } },
  { "pl",
    "$d $m $y",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada "
    "grudnia",
    { "Cześć! W czym mogę pomóc?", "Dziękuję, wszystko dobrze.", "Nie ma za co.", "Do widzenia!",
      "W porządku.", "Jest godzina $.", "Dzisiaj jest $.", "Wynik to $.",
      "Przepraszam, nie udało mi się tego zrozumieć.", "To potrafię tylko po angielsku." } },
  { "pt",
    "$d de $m de $y",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    { "Olá! Como posso ajudar?", "Estou bem, obrigado.", "De nada.", "Até logo!", "Está bem.",
      "A hora é $.", "Hoje é $.", "O resultado é $.", "Desculpe, não entendi.",
      "Isso eu só consigo fazer em inglês." } },
  { "ro",
    "$d $m $y",
    "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie "
    "decembrie",
    { "Bună! Cu ce pot ajuta?", "Sunt bine, mulțumesc.", "Cu plăcere.", "La revedere!", "Bine.",
      "Este ora $.", "Astăzi este $.", "Rezultatul este $.", "Îmi pare rău, nu am înțeles.",
      "Asta pot face doar în engleză." } },
  { "ru",
    "$d $m $y года",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    { "Здравствуйте! Чем могу помочь?", "Спасибо, всё хорошо.", "Пожалуйста.", "До свидания!",
      "Хорошо.", "Сейчас $.", "Сегодня $.", "Результат: $.", "Извините, непонятно.",
      "Это возможно только на английском языке." } },
  { "ta",
    "$d $m $y",
    "ஜனவரி பிப்ரவரி மார்ச் ஏப்ரல் மே ஜூன் ஜூலை ஆகஸ்ட் செப்டம்பர் அக்டோபர் நவம்பர் டிசம்பர்",
    { "வணக்கம்! நான் எப்படி உதவலாம்?", "நான் நலம், நன்றி.", "பரவாயில்லை.", "போய் வருகிறேன்!", "சரி.",
      "இப்போது நேரம் $.", "இன்று $.", "விடை $.", "மன்னிக்கவும், எனக்குப் புரியவில்லை.",
      "இதை ஆங்கிலத்தில் மட்டுமே செய்ய முடியும்." } },
  { "te",
    "$d $m $y",
    "జనవరి ఫిబ్రవరి మార్చి ఏప్రిల్ మే జూన్ జులై ఆగస్టు సెప్టెంబర్ అక్టోబర్ నవంబర్ డిసెంబర్",
    { "నమస్కారం! నేను ఎలా సహాయం చేయగలను?", "నేను బాగున్నాను, ధన్యవాదాలు.", "పర్వాలేదు.", "వీడ్కోలు!", "సరే.",
      "ఇప్పుడు సమయం $.", "ఈ రోజు $.", "ఫలితం $.", "క్షమించండి, నాకు అర్థం కాలేదు.",
      "దీన్ని ఇంగ్లీషులో మాత్రమే చేయగలను." } },
  { "th",
    "วันที่ $d $m ค.ศ. $y",
    "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
    { "สวัสดี มีอะไรให้ช่วยไหม", "สบายดี ขอบคุณ", "ยินดี", "ลาก่อน", "ตกลง", "ขณะนี้เวลา $", "วันนี้คือ $",
      "คำตอบคือ $", "ขออภัย ไม่เข้าใจ", "เรื่องนี้ทำได้เป็นภาษาอังกฤษเท่านั้น" } },
  { "tr",
    "$d $m $y",
    "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    { "Merhaba! Nasıl yardımcı olabilirim?", "İyiyim, teşekkür ederim.", "Rica ederim.",
      "Hoşça kalın!", "Tamam.", "Şu an saat $.", "Bugün $.", "Sonuç: $.", "Üzgünüm, anlayamadım.",
      "Bunu yalnızca İngilizce yapabilirim." } },
  { "uk",
    "$d $m $y року",
    "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    { "Вітаю! Чим можу допомогти?", "Дякую, все добре.", "Будь ласка.", "До побачення!", "Гаразд.",
      "Зараз $.", "Сьогодні $.", "Результат: $.", "Вибачте, незрозуміло.",
      "Це можливо лише англійською." } },
  { "vi",
    "ngày $d tháng $n năm $y",
    "",
    { "Xin chào! Tôi có thể giúp gì?", "Tôi khỏe, cảm ơn.", "Không có gì.", "Tạm biệt!",
      "Được rồi.", "Bây giờ là $.", "Hôm nay là $.", "Kết quả là $.", "Xin lỗi, tôi không hiểu.",
      "Việc đó tôi chỉ làm được bằng tiếng Anh." } },
};

static const Book *
find (const char *language)
{
  const gsize length = language != NULL ? strcspn (language, "-") : 0;

  for (guint i = 0; i < G_N_ELEMENTS (books); i++)
    if (length == strlen (books[i].language) &&
        g_ascii_strncasecmp (language, books[i].language, length) == 0)
      return &books[i];
  return NULL;
}

gboolean
lv_engine_phrases_has (const char *language)
{
  return find (language) != NULL;
}

char *
lv_engine_phrases_get (const char *language, LvEnginePhrase phrase, const char *value)
{
  const Book *book = find (language);
  GString *text;

  g_return_val_if_fail (book != NULL, NULL);

  text = g_string_new (book->phrases[phrase]);
  g_string_replace (text, "$", value != NULL ? value : "", 0);
  return g_string_free (text, FALSE);
}

static void
replace_number (GString *text, const char *name, int number)
{
  g_autofree char *figures = g_strdup_printf ("%d", number);

  g_string_replace (text, name, figures, 0);
}

char *
lv_engine_phrases_dup_date (const char *language, GDateTime *day)
{
  const Book *book = find (language);
  g_auto (GStrv) months = NULL;
  GString *text;

  g_return_val_if_fail (book != NULL, NULL);

  months = g_strsplit (book->months, " ", -1);
  text = g_string_new (book->date);
  replace_number (text, "$d", g_date_time_get_day_of_month (day));
  replace_number (text, "$n", g_date_time_get_month (day));
  replace_number (text, "$y", g_date_time_get_year (day));
  if (*book->months != '\0')
    g_string_replace (text, "$m", months[g_date_time_get_month (day) - 1], 0);
  return g_string_free (text, FALSE);
}
