/** Why a base URL cannot be used, or null. The text never repeats the URL: it may hold a password. */
export function addressProblem(baseUrl: string): string | null {
	const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
	if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
		return 'must be an address that begins with http:// or https://';
	}

	if (url.username !== '' || url.password !== '') {
		return 'must not hold a user name or password; name the variable with the key in `api_key_env`';
	}

	// The address is copied into the run; a query is for what Azure calls `api-version`.
	const secret = [...url.searchParams.keys()].find(name => /key|token|secret|^sig$|^code$/i.test(name));
	return secret === undefined
		? null
		: `must not hold a key in its query (\`${secret}\`); name the variable with it in \`api_key_env\``;
}

/** Whether a key would cross a network unencrypted at this (valid) address. */
export function exposesKey(baseUrl: string, sendsKey: boolean): boolean {
	const {protocol, hostname} = new URL(baseUrl);
	return sendsKey && protocol === 'http:' && !isLoopback(hostname);
}

function isLoopback(hostname: string): boolean {
	return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
