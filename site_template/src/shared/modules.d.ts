// Modules that scripts/bundle.mjs makes up.

declare module "plainfilm:*" {
  const schema: import("@cfworker/json-schema").Schema;
  export default schema;
}
