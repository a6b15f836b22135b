/** Terminals drop longer ones: xterm's limit, in bytes of what is copied. */
const mostCopied = 74_994;

/**
 * What asks a terminal to put a text onto the clipboard of the person in front of it, also over SSH (OSC 52); null
 * where it is too long. Base64 holds nothing that a terminal could take for a command.
 */
export function copySequence(text: string): string | null {
	const bytes = Buffer.from(text);
	return bytes.length > mostCopied ? null : `\u001b]52;c;${bytes.toString('base64')}\u0007`;
}
