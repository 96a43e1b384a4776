// What a standard validator (ajv, beside the installed OpenClaw) says of configs by a JSON Schema: JSON lines {"text": …}
// in, {"parsed", "valid", "errors"} out. The first line that comes in is {"schema": …}.
//
//     node schema-verdicts.mjs NODE_MODULES/openclaw < LINES
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";

const require = createRequire(path.join(process.argv[2], "package.json"));
const Ajv = require("ajv");
const json5 = require("json5");
const ajv = new (Ajv.default ?? Ajv)({ strict: false, allErrors: true });
let validate;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { schema, text } = JSON.parse(line);
  if (schema) {
    if (!ajv.validateSchema(schema)) throw new Error(ajv.errorsText());
    validate = ajv.compile(schema);
    continue;
  }
  let answer;
  try {
    const value = json5.parse(text);
    const valid = validate(value);
    const errors = valid ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
    answer = { parsed: true, valid, errors };
  } catch (error) {
    answer = { parsed: false, errors: [String(error)] };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
