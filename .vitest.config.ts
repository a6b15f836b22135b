import process from 'node:process';
import {defineConfig} from 'vitest/config';

// The fault suite at full size kills hundreds of processes in one test.
const testTimeout = process.env.PROMPTBATCH_FAULTS === 'full' ? 1_200_000 : 30_000;

export default defineConfig({
	test: {
		include: ['test/**/*.test.{ts,tsx}'],
		testTimeout,
		hookTimeout: 30_000,
		// Two cores, and many tests spawn processes of their own.
		maxWorkers: 2,
	},
});
