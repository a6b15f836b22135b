/** Response headers as undici gives them: names in lower case, repeated ones as a list. */
export type ResponseHeaders = {readonly [name: string]: string | readonly string[] | undefined};

/** A header's first value. `name` in lower case. */
export function headerOf(headers: ResponseHeaders, name: string): string | null {
	const value = headers[name];
	return (typeof value === 'string' ? value : value?.[0]) ?? null;
}
