// The reading worker of the page's own engines.

import { ENGINES } from "../engine/engines.ts";
import { serve } from "./serve.ts";

serve(ENGINES);
