// Runs scenarios in turn and writes one line each: name<TAB>ok|failed<TAB>detail.
export function require(condition, message) {
  if (!condition) throw new Error(message);
}

export async function run(scenarios) {
  for (const [name, scenario] of Object.entries(scenarios)) {
    let line;
    try {
      line = `${name}\tok\t${await scenario()}`;
    } catch (e) {
      line = `${name}\tfailed\t${e?.constructor?.name}: ${e?.message} ${e?.stack?.split("\n")[1] ?? ""}`;
    }
    console.log(line.replaceAll("\n", " "));
  }
}
