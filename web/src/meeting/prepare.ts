/** Called while the person looks at the device check: everything the meeting needs is fetched now. */
export async function prepare(): Promise<void> {
  await import('./Meeting');
}
