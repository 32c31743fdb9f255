// The reading worker of the second engine, for sites that have it: what it finds of films is found by LiteRT.js.

import { litert } from "../../engine/litert/litert.ts";
import { serve } from "../serve.ts";

serve([litert]);
