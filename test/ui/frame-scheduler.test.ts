import {describe, expect, it} from 'vitest';
import {createFrameScheduler, liveRateHz} from '../../source/ui/frame-scheduler.ts';
import {createFakeClock} from './fake-clock.ts';

type Set = {
	/** Bytes of the frame that a tick makes Ink hand over; null for a tick that changes nothing. */
	bytes?: number | null;
	writeMs?: number;
	liveHz?: number;
};

/** A scheduler with an app behind it that commits a frame at every tick, in a microtask's time. */
function setUp(set: Set = {}) {
	const clock = createFakeClock();
	const start = clock.now();
	const ticks: number[] = [];
	const draws: {at: number; frame: string; bytes: number}[] = [];
	const app = {bytes: set.bytes === undefined ? 100 : set.bytes, writeMs: set.writeMs ?? 0};
	const scheduler = createFrameScheduler({
		clock,
		liveHz: set.liveHz ?? 5,
		onTick() {
			ticks.push(clock.now() - start);
			if (app.bytes !== null) scheduler.submit(`tick ${ticks.length}`);
		},
		draw(frame) {
			const bytes = app.bytes ?? 0;
			draws.push({at: clock.now() - start, frame, bytes});
			clock.block(app.writeMs);
			return bytes;
		},
	});
	return {clock, scheduler, ticks, draws, app};
}

describe('ticks', () => {
	it.each([
		[5, 50],
		[2, 20],
	])('%i times a second, each drawn', (liveHz, count) => {
		const {clock, scheduler, ticks, draws} = setUp({liveHz});
		scheduler.start();
		clock.advance(10_000);
		expect(ticks).toHaveLength(count);
		expect(draws.map(draw => draw.at)).toEqual(ticks);
	});

	it('once a second after a minute without a key, at once again with one', () => {
		const {clock, scheduler, ticks} = setUp();
		scheduler.start();
		clock.advance(60_000);
		const live = ticks.length;
		expect(live).toBe(300);
		clock.advance(10_500);
		expect(ticks.length - live).toBe(10);
		scheduler.keyPressed();
		clock.advance(0);
		expect(ticks.length - live).toBe(11);
		clock.advance(1000);
		expect(ticks.length - live).toBe(16);
	});

	it('takes what --fps asks for, over SSH 2 Hz', () => {
		expect([
			liveRateHz({}),
			liveRateHz({SSH_CONNECTION: 'a b'}),
			liveRateHz({SSH_CONNECTION: 'a b'}, 10),
		]).toEqual([5, 2, 10]);
	});

	it('stop, and go on', () => {
		const {clock, scheduler, ticks, draws} = setUp();
		scheduler.start();
		clock.advance(1000);
		scheduler.stop();
		scheduler.submit('late');
		scheduler.redraw();
		clock.advance(5000);
		expect([ticks.length, draws.length]).toEqual([5, 5]);
		scheduler.start();
		clock.advance(0);
		expect(draws.at(-1)?.frame).toBe('late');
		clock.advance(1000);
		expect(ticks).toHaveLength(10);
	});
});

describe('keys', () => {
	it('are drawn at once, also when React commits later', () => {
		const {clock, scheduler, draws} = setUp({bytes: null});
		scheduler.start();
		clock.advance(1000);
		scheduler.keyPressed();
		clock.advance(5);
		expect(draws).toHaveLength(0);
		scheduler.submit('key');
		clock.advance(0);
		expect(draws).toEqual([{at: 1005, frame: 'key', bytes: 0}]);
	});

	it('at most 30 times a second, the last one always', () => {
		const {clock, scheduler, draws} = setUp({bytes: null});
		scheduler.start();
		for (let key = 1; key <= 500; key++) {
			scheduler.keyPressed();
			scheduler.submit(`key ${key}`);
			clock.advance(2);
		}

		expect(draws.length).toBeGreaterThan(25);
		expect(draws.length).toBeLessThanOrEqual(31);
		clock.advance(34);
		expect(draws.at(-1)?.frame).toBe('key 500');
	});

	it('do not bring a frame forward that nobody asked for', () => {
		const {clock, scheduler, draws} = setUp({bytes: null});
		scheduler.start();
		scheduler.submit('first');
		clock.advance(50);
		scheduler.submit('toast gone');
		clock.advance(100);
		expect(draws.map(draw => draw.frame)).toEqual(['first']);
		clock.advance(100);
		expect(draws.map(draw => draw.frame)).toEqual(['first', 'toast gone']);
	});
});

it('refreshes at once, but not more often than 30 times a second', () => {
	const {clock, scheduler, ticks, draws} = setUp();
	scheduler.start();
	clock.advance(250);
	expect(ticks).toHaveLength(1);
	for (let answer = 0; answer < 100; answer++) {
		scheduler.refresh();
		clock.advance(1);
	}

	expect(ticks[1]).toBe(250);
	expect(ticks.length).toBeLessThanOrEqual(5);
	expect(draws).toHaveLength(ticks.length);
});

it('draws the latest frame again when the screen lost it', () => {
	const {clock, scheduler, draws} = setUp({bytes: null});
	scheduler.start();
	scheduler.submit('frame');
	clock.advance(100);
	scheduler.redraw();
	clock.advance(0);
	expect(draws.map(draw => draw.frame)).toEqual(['frame', 'frame']);
});

describe('a slow terminal', () => {
	it('misses the tick after a write of more than 50 ms', () => {
		const {clock, scheduler, ticks, app} = setUp();
		scheduler.start();
		clock.advance(390);
		app.writeMs = 60;
		clock.advance(100);
		app.writeMs = 0;
		clock.advance(600);
		expect(ticks).toEqual([200, 400, 800, 1000]);
	});

	it('gets keys between its writes, and a wait of a quarter of a second at most', () => {
		const {clock, scheduler, draws, app} = setUp({bytes: null, writeMs: 100});
		scheduler.start();
		const press = (): void => {
			scheduler.keyPressed();
			scheduler.submit('key');
		};

		press();
		clock.advance(0);
		press();
		clock.advance(100);
		expect(draws.map(draw => draw.at)).toEqual([0, 200]);
		app.writeMs = 4000;
		clock.advance(1000);
		press();
		clock.advance(0);
		press();
		clock.advance(250);
		expect((draws.at(-1)?.at ?? 0) - (draws.at(-2)?.at ?? 0)).toBe(4250);
	});
});

describe('the byte budget', () => {
	const kilobytesPerSecond = (bytes: number): number => {
		const {clock, scheduler, draws} = setUp({bytes});
		scheduler.start();
		clock.advance(60_000);
		// Without the first ones, from which the average is learned; each frame pays for the time after it.
		const settled = draws.slice(15);
		const bytesDrawn = settled.slice(1).reduce((sum, draw) => sum + draw.bytes, 0);
		return bytesDrawn / ((settled.at(-1)?.at ?? 0) - (settled[0]?.at ?? 0));
	};

	it('lowers the rate for large frames only', () => {
		expect(kilobytesPerSecond(800)).toBeCloseTo(4);
		for (const bytes of [1000, 1500, 3000, 7000]) {
			expect(kilobytesPerSecond(bytes)).toBeGreaterThan(4.4);
			expect(kilobytesPerSecond(bytes)).toBeLessThanOrEqual(5);
		}
	});

	it('recovers when frames are small again or nothing changes', () => {
		for (const bytes of [100, null]) {
			const {clock, scheduler, ticks, app} = setUp({bytes: 5000});
			scheduler.start();
			clock.advance(30_000);
			app.bytes = bytes;
			clock.advance(10_000);
			const before = ticks.length;
			clock.advance(2000);
			expect(ticks.length - before).toBe(10);
		}
	});

	it('is not charged for repaints and keys', () => {
		const {clock, scheduler, ticks, app} = setUp();
		scheduler.start();
		app.bytes = 9000;
		scheduler.submit('first');
		clock.advance(50);
		scheduler.keyPressed();
		scheduler.submit('key');
		clock.advance(50);
		scheduler.redraw();
		clock.advance(50);
		app.bytes = 100;
		clock.advance(1000);
		expect(ticks).toEqual([200, 400, 600, 800, 1000]);
	});
});
