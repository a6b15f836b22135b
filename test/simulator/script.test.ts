import {describe, expect, it} from 'vitest';
import {defaultScript, parseScript} from '../../source/simulator/script.ts';

describe('parseScript', () => {
	it('takes an empty script', () => {
		expect(parseScript('')).toEqual(defaultScript);
		expect(parseScript(' , ')).toEqual(defaultScript);
	});

	it('reads every key', () => {
		const script = parseScript(
			'seed=7, latency=50..400ms,429=5%,500=3.5%,503=1,html=2%,cut=1%,empty=1%,malformed=1%,hang=1%,' +
				'refusal=1%,length=1%,filter=1%,retry_after=1s,quota_after=10,auth_after=20,rpm=60,tpm=9000,' +
				'batch=2m,expire=1,stuck=2,missing=3,token_limit=5000,create_502=2,shuffle,' +
				'refuse=bomb,pack_shuffle,pack_drop=2,pack_add=1,pack_wrong=5%',
		);
		expect(script).toEqual({
			seed: 7,
			latencyMs: {min: 50, max: 400},
			faultPercent: {
				429: 5,
				500: 3.5,
				503: 1,
				html: 2,
				cut: 1,
				empty: 1,
				malformed: 1,
				hang: 1,
				refusal: 1,
				length: 1,
				filter: 1,
			},
			retryAfterMs: 1000,
			quotaAfter: 10,
			authAfter: 20,
			requestsPerMinute: 60,
			tokensPerMinute: 9000,
			batchMs: 120_000,
			expire: 1,
			stuck: 2,
			missing: 3,
			tokenLimit: 5000,
			create502: 2,
			shuffle: true,
			refusedText: 'bomb',
			packs: {shuffle: true, drop: 2, add: 1, wrongPercent: 5},
		});
	});

	it.each([
		['latency=200ms', {min: 200, max: 200}],
		['latency=0', {min: 0, max: 0}],
		['latency=1.5s', {min: 1500, max: 1500}],
		['latency=50ms..2s', {min: 50, max: 2000}],
		['latency=1..2s', {min: 1000, max: 2000}],
		['latency=0..300ms', {min: 0, max: 300}],
	])('reads %s', (text, latencyMs) => {
		expect(parseScript(text).latencyMs).toEqual(latencyMs);
	});

	it.each([
		['latancy=1s', "unknown key 'latancy'; did you mean 'latency'?"],
		['reties=1', 'unknown key'],
		['4290=5%', "did you mean '429'?"],
		['toString=1', "unknown key 'toString'"],
		['qqqqqqqqqqqq', "unknown key 'qqqqqqqqqqqq'."],
		['429=lots', "'429=lots', but '429' takes a percentage"],
		['429=101%', 'takes a percentage'],
		['429', 'takes a percentage'],
		['seed=1.5', "'seed=1.5', but 'seed' takes a whole number"],
		['seed=', 'takes a whole number'],
		['latency=5', "'latency' takes 200ms or 50..400ms"],
		['latency=9..1s', 'takes 200ms'],
		['latency=1..2..3s', 'takes 200ms'],
		['batch=soon', "'batch' takes a duration"],
		['rpm=0', "'rpm' takes a whole number above 0"],
		['shuffle=maybe', "'shuffle' takes no value"],
		['seed=1,seed=2', "'seed' twice"],
		['429=60%,500=60%', 'add up to 120%'],
	])('refuses %s', (text, complaint) => {
		expect(() => parseScript(text)).toThrow(expect.objectContaining({name: 'UserError', exitCode: 2}));
		expect(() => parseScript(text)).toThrow(complaint);
	});
});
