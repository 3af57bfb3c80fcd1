// A mail server that tells of every mail: node smtp.mjs KEY CERTIFICATE (always|starttls|none)
// Each line it prints is JSON: first its port, then each mail it took or turned away. A line on its standard input says
// how it answers from then on: "take", "later" (451) or "never" (550).
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";

const [key, certificate, tls] = process.argv.slice(2);
const say = (value) => console.log(JSON.stringify(value));
const answers = { later: 451, never: 550 };
let mode = "take";
createInterface({ input: process.stdin }).on("line", (line) => {
  mode = line.trim();
  say({ mode });
});

const server = new SMTPServer({
  secure: tls === "always",
  key: readFileSync(key),
  cert: readFileSync(certificate),
  hideSTARTTLS: tls === "none",
  authOptional: tls === "none",
  allowInsecureAuth: false,
  onAuth({ username, password }, session, done) {
    const isRight = session.secure && username === "clinic" && password === "a secret of the clinic";
    done(isRight ? null : new Error("wrong"), { user: username });
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const code = answers[mode];
      const { envelope, secure, user } = session;
      const to = envelope.rcptTo.map((recipient) => recipient.address);
      if (code) {
        say({ turnedAway: code, to });
        done(Object.assign(new Error(`not now, ${to}`), { responseCode: code }));
      } else {
        say({ to, from: envelope.mailFrom.address, secure, user: user ?? null, text: Buffer.concat(parts).toString() });
        done();
      }
    });
  },
});
server.on("error", () => {});
server.listen(0, "127.0.0.1", () => say({ port: server.server.address().port }));
