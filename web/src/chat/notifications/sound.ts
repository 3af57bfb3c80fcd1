import { deviceChoice } from "../design/deviceChoice";

/** Whether this device makes a sound when something new comes. */
export const sound = deviceChoice("sound", ["off", "on"]);

/** Two soft notes, one above the other. */
export async function playSound(): Promise<void> {
  const context = new AudioContext();
  // A page that was never touched may not make sounds; then it stays silent.
  if (context.state === "suspended")
    await Promise.race([context.resume(), new Promise((stop) => setTimeout(stop, 500))]);
  const end = [660, 880].map((pitch, index) => note(context, pitch, context.currentTime + index * 0.14)).at(-1);
  if (context.state === "running") await new Promise((ended) => end?.addEventListener("ended", ended));
  await context.close();
}

function note(context: AudioContext, pitch: number, from: number): OscillatorNode {
  const loudness = context.createGain();
  loudness.gain.setValueAtTime(0, from);
  loudness.gain.linearRampToValueAtTime(0.12, from + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.45);
  const tone = new OscillatorNode(context, { type: "sine", frequency: pitch });
  tone.connect(loudness).connect(context.destination);
  tone.start(from);
  tone.stop(from + 0.45);
  return tone;
}
