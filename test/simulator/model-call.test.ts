import {request as httpRequest} from 'node:http';
import {describe, expect, it} from 'vitest';
import {chatBody, simulated, temporaryFolder, until} from './simulated.ts';

const faults = '429=8%,500=8%,503=8%,malformed=8%,empty=8%,refusal=8%,length=8%,filter=8%';

describe('answers and faults', () => {
	it('do not depend on the order of arrival', async () => {
		const bodies = Array.from({length: 60}, (_, at) =>
			chatBody(`Tell me about topic ${at}`, {n: 1 + (at % 3)}),
		);
		// Three times each, as a retried request comes again.
		const forwards = [...bodies, ...bodies, ...bodies];
		const first = await answersOf(`seed=7,${faults}`, forwards);
		const second = await answersOf(`seed=7,${faults}`, forwards.toReversed());
		const other = await answersOf(`seed=8,${faults}`, forwards);
		expect(second).toEqual(first);
		expect(other).not.toEqual(first);
		const statuses = new Set(Object.values(first).flatMap(answers => answers.map(([status]) => status)));
		expect([...statuses].sort()).toEqual([200, 429, 500, 503]);
	});

	it('do not depend on the order of keys, nor on the address', async () => {
		const {post} = await simulated();
		const first = await post(
			'/chat/completions',
			'{"model":"m","messages":[{"role":"user","content":"hi you"}]}',
		);
		const {url, ...second} = await simulated();
		const text = '{"messages":[{"content":"hi you","role":"user"}],  "model":"m"}';
		const root = url.replace('/v1', '');
		const reply = await fetch(`${root}/openai/v1/chat/completions?api-version=1`, {
			method: 'POST',
			body: text,
		});
		expect(await reply.text()).toBe(first.text);
		expect(second.calls).toHaveLength(1);
	});

	it('meet about the share of the attempts that the script says', async () => {
		const {post, calls} = await simulated('500=20%,refusal=10%');
		await Promise.all(
			Array.from({length: 400}, (_, at) => post('/chat/completions', chatBody(`number ${at}`))),
		);
		const share = (fault: string) => calls.filter(call => call.fault === fault).length / calls.length;
		expect(share('500')).toBeGreaterThan(0.14);
		expect(share('500')).toBeLessThan(0.26);
		expect(share('refusal')).toBeGreaterThan(0.05);
		expect(share('refusal')).toBeLessThan(0.15);
	});

	it('go on counting a body after a restart', async () => {
		const stateDir = temporaryFolder();
		const before = await simulated('', stateDir);
		const first = await before.post('/chat/completions', chatBody('again and again'));
		await before.close();
		const after = await simulated('', stateDir);
		const second = await after.post('/chat/completions', chatBody('again and again'));
		expect(after.calls[0]?.attempt).toBe(2);
		expect(second.text).not.toBe(first.text);
	});

	it('are reported with their times and concurrency', async () => {
		const {post, calls} = await simulated('latency=60ms');
		await Promise.all([1, 2, 3].map(at => post('/chat/completions', chatBody(`call ${at}`))));
		expect(calls.map(({concurrency}) => concurrency).sort()).toEqual([1, 2, 3]);
		expect(calls[0]).toMatchObject({
			method: 'POST',
			path: '/chat/completions',
			status: 200,
			fault: null,
			attempt: 1,
		});
		expect(calls.every(call => call.finishedAtMs - call.startedAtMs >= 55)).toBe(true);
		expect(calls.map(({body}) => body)).toContainEqual(chatBody('call 2'));
	});

	it('end at once when the server closes', async () => {
		const {url, close, calls, get} = await simulated('latency=60s');
		const asked = fetch(`${url}/chat/completions`, {method: 'POST', body: JSON.stringify(chatBody('slow'))});
		const refused = expect(asked).rejects.toThrow('fetch failed');
		await until(async () => {
			await get('/models');
			return calls.some(({concurrency}) => concurrency === 2);
		});
		await close();
		await refused;
		expect(calls.find(({path}) => path === '/chat/completions')?.status).toBeNull();
	});

	it('survive a client that goes in the middle of its body', async () => {
		const {url, get} = await simulated();
		const request = httpRequest(`${url}/chat/completions`, {
			method: 'POST',
			headers: {'content-length': '1000'},
		});
		request.on('error', () => {});
		await new Promise(resolve => request.write('{"model":', resolve));
		request.destroy();
		expect((await get('/models')).status).toBe(200);
	});
});

/** The answers to each body, by what came how often. */
async function answersOf(script: string, bodies: readonly object[]) {
	const {post} = await simulated(script);
	const answers: {[body: string]: [number, string][]} = {};
	for (const body of bodies) {
		const {status, text} = await post('/chat/completions', body);
		const key = JSON.stringify(body);
		answers[key] = [...(answers[key] ?? []), [status, text]];
	}

	return answers;
}
