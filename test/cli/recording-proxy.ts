import http from 'node:http';
import {text} from 'node:stream/consumers';
import {onTestFinished} from 'vitest';

export type Recorded = {
	readonly url: string;
	readonly authorization: string | undefined;
	readonly apiKey: string | undefined;
};

/**
 * An address before a server that notes what each request says of its sender, and passes it on. `spoil` may change the
 * text of an answer.
 */
export async function recordingProxy(target: string, spoil: (body: string) => string = body => body) {
	const {hostname, port, pathname} = new URL(target);
	const recorded: Recorded[] = [];
	const proxy = http.createServer((request, response) => {
		const {authorization, 'api-key': apiKey} = request.headers;
		const url = request.url ?? '';
		recorded.push({url, authorization, apiKey: apiKey as string | undefined});
		const path = pathname + url.replace(/^.*?\/v1(?=\/)/, '');
		const onward = http.request(
			{hostname, port, path, method: request.method, headers: request.headers},
			async answer => {
				const spoilt = Buffer.from(spoil(await text(answer)));
				const headers = {...answer.headers, 'content-length': spoilt.length};
				response.writeHead(answer.statusCode ?? 502, headers).end(spoilt);
			},
		);
		request.pipe(onward);
	});
	await new Promise<void>(resolve => {
		proxy.listen(0, '127.0.0.1', resolve);
	});
	onTestFinished(() => {
		proxy.closeAllConnections();
		proxy.close();
	});
	const {port: ownPort} = proxy.address() as {readonly port: number};
	return {origin: `http://127.0.0.1:${ownPort}`, recorded};
}
