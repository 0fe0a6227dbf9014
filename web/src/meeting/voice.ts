/** When somebody speaks, told from how loud the microphone is: what a smart meeting wants to know. */

/** On the scale of `loudness`: a voice begins above the one, and goes on above the other. */
const BEGINS = 0.45;
const GOES_ON = 0.3;
/** So many loud measures in a row are a voice, and not a knock. */
const ENOUGH = 3;
/** Milliseconds. A breath is not the end of speaking. */
const ENDS_AFTER = 1200;
/** Milliseconds between two reports; the server passes over what comes within a second. */
const APART = 1100;
/** Who goes on speaking is reported again so that the place on the podium is kept. */
const AGAIN_AFTER = 3000;

export class Voice {
  private speaking = false;
  private loud = 0;
  private heardAt = Number.NEGATIVE_INFINITY;
  private reported = false;
  private reportedAt = Number.NEGATIVE_INFINITY;

  /** Takes one measure (0…1) at a moment (ms). Returns what is to be reported: speaking or not; null for nothing. */
  hear(level: number, now: number): boolean | null {
    this.loud = level > BEGINS ? this.loud + 1 : 0;
    if (level > (this.speaking ? GOES_ON : BEGINS)) this.heardAt = now;
    this.speaking = this.speaking ? now - this.heardAt < ENDS_AFTER : this.loud >= ENOUGH;
    const goesOn = this.speaking === this.reported;
    if (goesOn && !this.speaking) return null;
    if (now - this.reportedAt < (goesOn ? AGAIN_AFTER : APART)) return null;
    this.reported = this.speaking;
    this.reportedAt = now;
    return this.speaking;
  }
}
