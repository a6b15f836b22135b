/** What shared calls of a queue came to, and what audits say of their answers. */
export type Packing = {
	/** Direct calls and lines of batches that several requests shared. */
	calls: number;
	/** Answers that came from them. */
	items: number;
	/** Input tokens that they took, in vain or not. */
	input: number;
	/** Input tokens that these answers would have taken alone; 0 where nobody counted. */
	alone: number;
	/** Items that were asked alone as well, and those of them that gave the same. */
	audited: number;
	agreed: number;
	/** Its requests go alone from now on: the answers agreed too seldom. */
	isStopped: boolean;
};
