/** Milliseconds to wait before attempt number `attempt` (from 0): 0.3 s, growing to 5 s, spread by a quarter. */
export function backOff(attempt: number, random = Math.random()): number {
  return Math.min(5000, 300 * 1.8 ** attempt) * (0.75 + random / 2);
}
