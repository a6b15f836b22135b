import {existsSync, readFileSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {hostname} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {afterEach, beforeAll, describe, expect, test, vi} from 'vitest';
import {acquireLock, type Lock, readLockOwner} from '../../source/store/lock.ts';
import {type LockOwner, ownIdentity} from '../../source/store/lock-owner.ts';
import {type ChildRun, childProgram, runChild} from './child-program.ts';
import {temporaryFolder} from './temporary-folder.ts';

const folder = temporaryFolder();
const children: ChildRun[] = [];
let program = '';
let locks = 0;

beforeAll(async () => {
	program = await childProgram(
		folder,
		'locker',
		`import {acquireLock} from './lock.ts';
		const [file, wait] = process.argv.slice(2);
		const say = text => console.log(text);
		try {
			const lock = await acquireLock(file, {wait: wait === 'wait', onNotice: say, onLost: say});
			process.once('exit', lock.release);
			say('holding');
			process.stdin.once('data', () => process.exit(0));
		} catch (error) {
			say(error.exitCode + ' ' + error.message);
			process.exit(0);
		}`,
	);
});

afterEach(() => {
	for (const {child} of children.splice(0)) {
		child.kill('SIGKILL');
	}
});

describe('a lock', () => {
	test('turns a second process away with exit code 4, its owner’s pid and host', async () => {
		const file = newLock();
		const lock = await acquire(file);
		const {ended} = locker(file);
		expect(await ended).toBe(`4 ${folder} is held by process ${process.pid} on ${hostname()}.\n`);
		lock.release();
		lock.release();
		expect(existsSync(file)).toBe(false);
	});

	test('that a child holds is refused here too, and free once the child has left', async () => {
		const file = newLock();
		const {child, printed, ended} = locker(file);
		await printed('holding');
		expect(readLockOwner(file)).toMatchObject({pid: child.pid, host: hostname()});
		await expect(acquire(file)).rejects.toMatchObject({
			message: `${folder} is held by process ${child.pid} on ${hostname()}.`,
			exitCode: 4,
		});
		child.stdin.write('go\n');
		await ended;
		expect(existsSync(file)).toBe(false);
		(await acquire(file)).release();
	});

	test('of a killed process is taken over with a notice', async () => {
		const file = newLock();
		const {child, printed, ended} = locker(file);
		await printed('holding');
		child.kill('SIGKILL');
		await ended;
		expect(existsSync(file)).toBe(true);
		expect(readLockOwner(file)).toBeNull();
		const notices: string[] = [];
		const lock = await acquire(file, message => notices.push(message));
		expect(notices).toEqual([
			`The lock of process ${child.pid} on ${hostname()}, which is gone, was taken over.`,
		]);
		lock.release();
	});

	test('is waited for on request', async () => {
		const file = newLock();
		const lock = await acquire(file);
		const waiting = locker(file, 'wait');
		await waiting.printed('Waiting for process');
		lock.release();
		await waiting.printed('holding');
	});

	test('of a dead process goes to one of many that want it', async () => {
		const file = newLock();
		for (let round = 0; round < 3; round++) {
			writeFileSync(file, JSON.stringify({...ownIdentity(), pid: 2 ** 22 + 1}));
			const takers = Array.from({length: 6}, () => locker(file));
			await Promise.all(takers.map(async ({printed, ended}) => Promise.race([printed('holding'), ended])));
			// Those that hold it wait for a word; the others have ended.
			const holders = takers.filter(({child}) => child.exitCode === null);
			await expect.poll(() => takers.filter(({child}) => child.exitCode === null).length).toBe(1);
			expect(holders.length).toBeGreaterThan(0);
			const holder = takers.find(({child}) => child.exitCode === null)!;
			expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(holder.child.pid);
			holder.child.kill('SIGKILL');
			await holder.ended;
		}
	});
});

describe('the owner of a lock', () => {
	const self = ownIdentity();

	test.each<[string, Partial<LockOwner>]>([
		['a process id that nobody has', {pid: 2 ** 22 + 1}],
		['a process id that another has now', {pid: process.ppid, startTime: '1'}],
		['another boot', {bootId: '00000000-0000-0000-0000-000000000000'}],
	])('is gone when it has %s', async (_name, owner) => {
		const file = writeLock({...self, ...owner});
		const notices: string[] = [];
		(await acquire(file, message => notices.push(message))).release();
		expect(notices).toHaveLength(1);
	});

	test.each<[string, Partial<LockOwner> | string]>([
		['on another host', {host: 'elsewhere', pid: 2 ** 22 + 1}],
		['in another container of the same host', {pidNamespace: 'pid:[1]', pid: 2 ** 22 + 1}],
		['unknown because the lock is half written', '{"pid":12'],
	])('is believed for 60 s when it is %s', async (_name, owner) => {
		const file = writeLock(typeof owner === 'string' ? owner : {...self, ...owner});
		touched(file, 55);
		await expect(acquire(file)).rejects.toMatchObject({exitCode: 4});
		touched(file, 61);
		const notices: string[] = [];
		(await acquire(file, message => notices.push(message))).release();
		expect(notices).toHaveLength(1);
	});
});

test('a lock is private, and names process, host, boot and start', async () => {
	const file = newLock();
	const lock = await acquire(file);
	expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(ownIdentity());
	expect(ownIdentity()).toMatchObject({pid: process.pid, host: hostname()});
	lock.release();
});

test('a lock is touched every 5 s, and its loss is told', async () => {
	vi.useFakeTimers({toFake: ['setInterval', 'clearInterval']});
	try {
		const file = newLock();
		const lost: string[] = [];
		const lock = await acquireLock(file, {
			wait: false,
			onNotice: unexpected,
			onLost: message => lost.push(message),
		});
		touched(file, 30);
		vi.advanceTimersByTime(5000);
		expect(Date.now() - statSync(file).mtimeMs).toBeLessThan(20_000);
		expect(lost).toEqual([]);
		writeFileSync(file, JSON.stringify({...ownIdentity(), host: 'elsewhere'}));
		vi.advanceTimersByTime(10_000);
		expect(lost).toEqual([`The lock ${file} is no longer ours: another instance may be running.`]);
		lock.release();
	} finally {
		vi.useRealTimers();
	}
});

test('a lock that is another’s by now is not removed', async () => {
	const file = newLock();
	const lock = await acquire(file);
	writeFileSync(file, JSON.stringify({...ownIdentity(), pid: process.ppid}));
	lock.release();
	expect(existsSync(file)).toBe(true);
});

async function acquire(file: string, onNotice: (message: string) => void = unexpected): Promise<Lock> {
	return acquireLock(file, {wait: false, onNotice, onLost: unexpected});
}

function locker(file: string, wait = ''): ChildRun {
	const run = runChild(program, file, wait);
	children.push(run);
	return run;
}

function newLock(): string {
	return path.join(folder, `lock-${locks++}`);
}

function writeLock(owner: LockOwner | string): string {
	const file = newLock();
	writeFileSync(file, typeof owner === 'string' ? owner : JSON.stringify(owner));
	return file;
}

function touched(file: string, secondsAgo: number): void {
	const time = Date.now() / 1000 - secondsAgo;
	utimesSync(file, time, time);
}

function unexpected(message: string): void {
	throw new Error(message);
}
