import {describe, expect, it} from 'vitest';
import {chatBody, simulated} from './simulated.ts';

describe('limits of the whole server', () => {
	it('quota_after holds model calls, and a restart tops the account up', async () => {
		const {post, get} = await simulated('quota_after=3');
		const statuses = [];
		for (let at = 0; at < 5; at++) {
			statuses.push((await post('/chat/completions', chatBody(`call ${at}`))).status);
		}

		expect(statuses).toEqual([200, 200, 200, 429, 429]);
		const {error} = JSON.parse((await post('/chat/completions', chatBody('more'))).text);
		expect(error).toMatchObject({type: 'insufficient_quota', code: 'insufficient_quota'});
		expect((await get('/models')).status).toBe(200);
	});

	it('auth_after refuses everything', async () => {
		const {post, get} = await simulated('auth_after=2');
		expect((await post('/chat/completions', chatBody('one'))).status).toBe(200);
		expect((await get('/batches')).status).toBe(200);
		expect((await get('/batches')).status).toBe(401);
		const refused = await post('/chat/completions', chatBody('two'));
		expect([refused.status, JSON.parse(refused.text).error.code]).toEqual([401, 'invalid_api_key']);
	});

	it('rpm refuses what is above it and says how long to wait', async () => {
		const {post} = await simulated('rpm=3');
		const replies = [];
		for (let at = 0; at < 4; at++) {
			replies.push(await post('/chat/completions', chatBody(`call ${at}`)));
		}

		expect(replies.map(({status}) => status)).toEqual([200, 200, 200, 429]);
		expect(replies[0]?.headers.get('x-ratelimit-limit-requests')).toBe('3');
		expect(replies.map(({headers}) => headers.get('x-ratelimit-remaining-requests'))).toEqual([
			'2',
			'1',
			'0',
			'0',
		]);
		expect(replies[0]?.headers.get('x-ratelimit-reset-requests')).toMatch(/^(1m0s|59\.\d+s)$/);
		expect(replies[0]?.headers.get('x-ratelimit-limit-tokens')).toBeNull();
		const refused = replies[3]!;
		expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
		expect(Number(refused.headers.get('retry-after-ms'))).toBeGreaterThan(50_000);
		expect(JSON.parse(refused.text).error).toMatchObject({code: 'rate_limit_exceeded', type: 'requests'});
	});

	it('tpm counts prompts and answers', async () => {
		const {post} = await simulated('tpm=200');
		const first = await post('/chat/completions', chatBody('word '.repeat(100)));
		const {total_tokens: used} = JSON.parse(first.text).usage;
		expect(first.headers.get('x-ratelimit-remaining-tokens')).toBe(String(Math.max(0, 200 - used)));
		const second = await post('/chat/completions', chatBody('word '.repeat(101)));
		expect([second.status, JSON.parse(second.text).error.type]).toEqual([429, 'tokens']);
	});

	it('a refusal costs no arrival, so the answer stays what it was', async () => {
		const body = chatBody('the very same');
		const free = await simulated();
		const limited = await simulated('quota_after=1');
		await limited.post('/chat/completions', chatBody('another'));
		await limited.post('/chat/completions', body);
		expect(limited.calls.map(({attempt}) => attempt)).toEqual([1, null]);
		expect((await free.post('/chat/completions', body)).headers.get('x-ratelimit-limit-requests')).toBeNull();
	});
});
