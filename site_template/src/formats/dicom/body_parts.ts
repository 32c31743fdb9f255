// Words for parts of the body, as headers have them: the standard's terms (DICOM PS3.16 annex L), and what people type in the languages
// that are met. A word that is not here says nothing against a film.

/** Terms of one word; a side may stand before or behind them (LHAND, KNEES, FOOT_R). Written as `plain` makes them. */
const PARTS = new Set(
  `ABDOMEN ABDOMENPELVIS ADRENAL ANKLE ARM AXILLA BLADDER BRAIN BREAST BUTTOCK CALCANEUS CALF CAROTID CEREBELLUM CHEST CLAVICLE COCCYX COLON CSPINE
  CTSPINE DENTAL DUODENUM EAR ELBOW EXTREMITY EYE FACE FEMUR FIBULA FINGER FOOT FEET FOREARM GALLBLADDER HAND HEAD HEADNECK HEEL HIP HUMERUS ILIUM
  JAW JEJUNUM KIDNEY KNEE KUB LARYNX LEG LIVER LSPINE LSSPINE LUNG MANDIBLE MAXILLA MOUTH NASAL NECK NOSE ORBIT PANCREAS PAROTID PATELLA PELVIS
  PENIS PHARYNX PROSTATE RADIUS RECTUM SACRUM SCALP SCAPULA SCROTUM SHOULDER SINUS SINUSES SKULL SPINE SPLEEN SSPINE STOMACH TEETH TESTIS
  THIGH THUMB THORAX THYROID TIBIA TLSPINE TMJ TOE TONGUE TOOTH TSPINE ULNA URETER UTERUS WRIST ZYGOMA
  BAUCH BECKEN BWS ELLBOGEN ELLENBOGEN FUSS HANDGELENK HUFTE HUEFTE HWS KIEFER KNIE KOPF LWS OBERARM OBERSCHENKEL SCHADEL SCHAEDEL SCHULTER
  SPRUNGGELENK UNTERARM UNTERSCHENKEL WIRBELSAULE WIRBELSAEULE ZAHN ZEHE ZEHEN
  BASSIN CHEVILLE COUDE CRANE CUISSE DOIGT EPAULE GENOU HANCHE JAMBE MAIN PIED POIGNET RACHIS TETE
  BRAZO CABEZA CADERA CODO COLUMNA CRANEO CUELLO DEDO HOMBRO MANO MUNECA MUSLO PELVIS PIERNA RODILLA TOBILLO
  BACIA BRACO CABECA COLUNA COTOVELO COXA CRANIO JOELHO MAO OMBRO PERNA PESCOCO PUNHO QUADRIL TORNOZELO
  ADDOME ANCA BACINO CAVIGLIA COLONNA GAMBA GINOCCHIO GOMITO PIEDE POLSO RACHIDE SPALLA TESTA
  BEKKEN BUIK ELLEBOOG ENKEL HEUP SCHEDEL SCHOUDER VOET WERVELKOLOM
  BARK BIODRO CZASZKA DLON KOLANO KREGOSLUP LOKIEC MIEDNICA STOPA AYAK BATIN DIZ KAFA OMUZ PELVIS
  БЕДРО ГОЛОВА ЖИВОТ КИСТЬ КОЛЕНО ЛОКОТЬ ПЛЕЧО ПОЗВОНОЧНИК РУКА СТОПА ТАЗ ЧЕРЕП ШЕЯ
  ΓΟΝΑΤΟ ΚΡΑΝΙΟ ΠΥΕΛΟΣ ΧΕΡΙ ΩΜΟΣ
  قدم ركبه ركبة جمجمه جمجمة حوض كتف بطن راس رأس يد हाथ पैर घुटना खोपड़ी पेट कंधा`.split(/\s+/).map(plain),
);
/** Parts of longer words, and where words are not parted by spaces. */
const PARTS_WITHIN = "手 足 膝 頭 头 颅 骨盆 骨盤 髋 股関節 肩 脊柱 脊椎 頚椎 颈椎 腰椎 肘 手腕 踝 腹部 손 발목 무릎 두개골 골반 어깨 척추 복부 WIRBELSAULE WIRBELSAEULE".split(" ").map(plain);
const [BEFORE, BEHIND] = [/^(?:BI|LEFT|RIGHT|LT|RT|L|R)/, ["S", "ES", "LEFT", "RIGHT", "LT", "RT", "L", "R"]];

/** In capitals and without accents. */
export function plain(text: string): string {
  return text.toUpperCase().normalize("NFD").replace(/\p{Mn}/gu, "").replaceAll("Ł", "L").trim();
}

/** Whether a text, as `plain` makes it, names a part of the body by a word that is known. */
export function namesPart(text: string): boolean {
  const words = text.split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => isPart(word) || isPart(word.replace(BEFORE, ""))) || PARTS_WITHIN.some((part) => text.includes(part));
}

function isPart(word: string): boolean {
  return PARTS.has(word) || BEHIND.some((ending) => word.endsWith(ending) && PARTS.has(word.slice(0, -ending.length)));
}
