// Reads legs as JSON from standard input, writes {language: [text of every step]}: as an app with osrm-text-instructions does.
const compiler = require("osrm-text-instructions")("v5");
const { supportedCodes } = require("osrm-text-instructions/languages");

const legs = JSON.parse(require("fs").readFileSync(0, "utf8"));
const texts = {};
for (const language of supportedCodes) {
  texts[language] = legs.flatMap((leg, legIndex) =>
    leg.steps.map((step) => compiler.compile(language, step, { legIndex, legCount: legs.length })),
  );
}
process.stdout.write(JSON.stringify(texts));
