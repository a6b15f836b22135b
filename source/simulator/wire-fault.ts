import type {ServerResponse} from 'node:http';
import {retryAfterHeaders} from './admission.ts';
import {overloaded, rateLimited, serverError} from './api-error.ts';
import type {WireFault} from './fault.ts';
import type {Arrival} from './random.ts';
import {randomFor} from './random.ts';
import type {Headers} from './reply.ts';
import {sendError, sendText} from './reply.ts';
import type {SimulatorScript} from './script.ts';

const gatewayPage =
	'<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>simulated gateway</center>\r\n</body>\r\n</html>\r\n';

type Played = {
	readonly fault: WireFault;
	readonly arrival: Arrival;
	readonly script: SimulatorScript;
	/** The answer as it would have been. */
	readonly text: string;
	readonly headers: Headers;
};

export function playWireFault(
	response: ServerResponse,
	{fault, arrival, script, text, headers}: Played,
): void {
	switch (fault) {
		case '429': {
			const error = rateLimited('requests', 'Rate limit reached on requests per min: simulated fault.');
			sendError(response, error, {...headers, ...retryAfterHeaders(script.retryAfterMs)});
			break;
		}

		case '500':
			sendError(response, serverError, headers);
			break;
		case '503':
			sendError(response, overloaded, headers);
			break;
		case 'html': {
			const status = randomFor(arrival, 'html')() < 0.5 ? 502 : 200;
			sendText(response, status, gatewayPage, {}, 'text/html');
			break;
		}

		case 'cut':
			cut(response, text, headers);
			break;
		case 'empty':
			sendText(response, 200, '', headers);
			break;
		case 'malformed':
			sendText(response, 200, text.slice(0, Math.ceil(text.length / 2)), headers);
			break;
		case 'hang':
			// The client has to lose patience, or the server to close.
			break;
	}
}

/** Promises the whole body, sends half of it and hangs up. */
function cut(response: ServerResponse, text: string, headers: Headers): void {
	if (response.destroyed) {
		return;
	}

	const body = Buffer.from(text);
	response.writeHead(200, {'content-type': 'application/json', 'content-length': body.length, ...headers});
	response.write(body.subarray(0, body.length / 2), () => response.destroy());
}
