import {UserError} from '../domain/user-error.ts';

/**
 * Checks an address that requests will go to. `origin` says where the user wrote it, e.g. `--base-url`; the
 * address itself is not repeated where it may hold a password.
 */
export function checkBaseUrl(address: string, origin: string): string {
	const url = URL.canParse(address) ? new URL(address) : null;
	if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
		throw new UserError(
			`${origin} is not a web address.`,
			'Write it as https://host/v1 or, on this machine, http://127.0.0.1:11434/v1.',
		);
	}

	if (url.username !== '' || url.password !== '') {
		throw new UserError(
			`${origin} holds a user name or a password (before the @).`,
			'Take it out and put the key into a variable that api_key_env or --api-key-env names.',
		);
	}

	return url.hash === '' ? address : address.slice(0, address.indexOf('#'));
}

/** A key over plain http can be read by everyone on the way. */
export function checkEncryption(address: string, origin: string, allowHttp: boolean): void {
	const {protocol, hostname} = new URL(address);
	if (protocol === 'http:' && !isLoopback(hostname) && !allowHttp) {
		throw new UserError(
			`${origin} would send the key over plain http to ${hostname}.`,
			'Use https, or accept it with --allow-http or allow_http: true.',
		);
	}
}

/** Whether a host name means this machine, so that nothing sent to it can be overheard. */
export function isLoopback(hostname: string): boolean {
	const name = hostname.toLowerCase();
	return (
		name === 'localhost' ||
		name.endsWith('.localhost') ||
		name === '[::1]' ||
		/^127(?:\.\d{1,3}){3}$/.test(name)
	);
}
