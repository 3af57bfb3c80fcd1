import { useEffect, useState } from "react";

const BARS = 28;
const EVERY = 100;

/** How loud it was in the last moments, 0 to 1, and how long it has been. */
export function useLevels(stream: MediaStream, startedAt: number): { levels: number[]; elapsed: number } {
  const [now, setNow] = useState({ levels: Array<number>(BARS).fill(0), elapsed: 0 });
  useEffect(() => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(analyser);
    const wave = new Uint8Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(wave);
      const sum = wave.reduce((total, value) => total + (value - 128) ** 2, 0);
      const level = Math.min((Math.sqrt(sum / wave.length) / 128) * 3, 1);
      setNow(({ levels }) => ({ levels: [...levels.slice(1), level], elapsed: Date.now() - startedAt }));
    }, EVERY);
    return () => {
      clearInterval(timer);
      void context.close();
    };
  }, [stream, startedAt]);
  return now;
}
