// Prints, as JSON, what the code declares in one place for Python as well: node declared.cjs
//
// reasons    every reason why a film may not be read; strings.toml has a sentence for each
// opens      endings of the files that the installed page may be asked to open, with their dots, by media type

import { HEADER_REASONS } from "../formats/dicom/header_rules.ts";
import { FORMATS } from "../formats/known.ts";
import { FILE_REASONS } from "../shared/reading.ts";
import { CHECKS } from "../worker/checks/checks.ts";
import { LATERAL_REASON } from "../worker/checks/lateral.ts";
import { TURN_REASONS } from "../worker/checks/turned.ts";
import { GATE_REASON } from "../worker/read.ts";

const reasons = [...FILE_REASONS, ...HEADER_REASONS, GATE_REASON, LATERAL_REASON, ...CHECKS.map(({ reason }) => reason), ...TURN_REASONS];
const opens = FORMATS.filter((format) => format.opens.length > 0).map(({ type, opens }) => [type, opens.map((ending) => `.${ending}`)]);
process.stdout.write(JSON.stringify({ reasons, opens: Object.fromEntries(opens) }));
