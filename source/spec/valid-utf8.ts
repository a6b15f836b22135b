/** Whether bytes are UTF-8 from first to last. */
export function isValidUtf8(bytes: Buffer): boolean {
	try {
		new TextDecoder('utf-8', {fatal: true}).decode(bytes);
		return true;
	} catch {
		return false;
	}
}
