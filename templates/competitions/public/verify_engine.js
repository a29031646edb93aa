// Runs the program that checks a proof, verify_contest.py as anybody downloads it, with the Python that stands in FOLDER.
// verify.py puts ENGINE before this text: {folder, hashes, program, sizes, lock}. In: {proof, options}. Out: {loaded, of} while
// Python comes, {stage}, and at the end {answer, sha256, code} or {failed}.
const PROOF = "/proof.zip";
const NOTHING = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]); // the smallest module: refused here means refused at all

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage(await run(data));
  } catch (error) {
    fail(error);
  }
});

function fail(error) {
  self.postMessage({ failed: String(error?.message ?? error).slice(0, 200) });
}

async function run({ proof, options }) {
  const program = await (await found(fetch(ENGINE.program, { cache: "no-store" }))).arrayBuffer();
  await WebAssembly.compile(NOTHING);
  const { sha256Hex } = await import(ENGINE.hashes);
  const text = new Uint8Array(program);
  count();
  const indexURL = new URL(ENGINE.folder, self.location).href;
  const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
  const printed = [];
  const python = await loadPyodide({
    indexURL, lockFileContents: ENGINE.lock, packageBaseUrl: indexURL,
    stdout: (line) => printed.push(line),
  });
  self.postMessage({ stage: "computing" });
  const folder = python.FS.cwd();
  python.FS.writeFile(`${folder}/verify_contest.py`, text);
  python.FS.writeFile(PROOF, new Uint8Array(proof));
  const main = python.pyimport("verify_contest").main;
  const asked = python.toPy([PROOF, "--json", ...options]);
  printed.length = 0;
  const code = main(asked); // as the command does it: what it prints is the answer
  return { answer: JSON.parse(printed.join("\n")), sha256: sha256Hex(text), code };
}

async function found(answer) {
  const there = await answer;
  if (!there.ok) throw new Error(`${there.status} ${new URL(there.url).pathname}`);
  return there;
}

// Python's loader fetches its two large files itself: every byte that comes in is told, and
// so is a failure, because the loader would wait for ever.
function count() {
  const of = Object.values(ENGINE.sizes).reduce((sum, size) => sum + size, 0);
  const fetched = self.fetch;
  let loaded = 0;
  self.fetch = async (...asked) => {
    const answer = await found(fetched(...asked)).catch((error) => {
      fail(error);
      throw error;
    });
    const counter = new TransformStream({
      transform(part, out) {
        loaded += part.byteLength;
        self.postMessage({ loaded, of });
        out.enqueue(part);
      },
    });
    return new Response(answer.body.pipeThrough(counter), { status: answer.status, headers: answer.headers });
  };
}
