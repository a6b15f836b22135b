import {UserError} from '../domain/user-error.ts';
import type {Environment} from './credentials.ts';

/** The proxy for https addresses, or null. As with curl, the lower-case name wins. */
export function proxyFrom(env: Environment): string | null {
	const proxy = (env.https_proxy || env.HTTPS_PROXY || '').trim();
	if (proxy === '') {
		return null;
	}

	// `host:3128` is common and parses as a URL with the scheme `host:`.
	const address = /^[a-z][a-z\d+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
	if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
		throw new UserError('HTTPS_PROXY is not the address of an http proxy.', 'Write it as http://host:port.');
	}

	return address;
}
