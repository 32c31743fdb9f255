// Modules that scripts/bundle.mjs makes up, and one that comes without types.

declare module "@litertjs/core/wasm/*.js" {
  const factory: (given: object) => Promise<object>;
  export default factory;
}

declare module "plainfilm:*" {
  const schema: import("@cfworker/json-schema").Schema;
  export default schema;
}
