/** Whether an item is among the share that is audited. Hangs on its id alone: the same ones in every session. */
export function isAudited(id: string, share: number): boolean {
	return share > 0 && hash(id) < share;
}

/** From 0 to 1: FNV-1a, whose bits are then mixed (murmur3), as ids may differ in their last digit only. */
function hash(text: string): number {
	let mixed = 0x811c9dc5;
	for (let at = 0; at < text.length; at++) {
		mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
	}

	mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
	mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
	return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
