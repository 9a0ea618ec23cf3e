// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Code for an account to delegate to (EIP-7702): the account itself, or whoever holds its signature, runs a batch.
contract Wallet {
    event Executed(address indexed caller, uint256 calls);

    error NotOwner();
    error CallFailed(uint256 index, bytes reason);

    /// Far from slot 0, since the storage belongs to the delegating account.
    bytes32 private constant NONCE_SLOT = keccak256("parallel-evm.showcase.wallet.nonce");

    receive() external payable {}

    function execute(address[] calldata targets, uint256[] calldata values, bytes[] calldata data) external payable {
        if (msg.sender != address(this)) revert NotOwner();
        run(targets, values, data);
    }

    function executeSigned(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata data,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external payable {
        uint256 nonce = useNonce();
        bytes32 digest = keccak256(abi.encode(block.chainid, address(this), nonce, targets, values, data));
        if (ecrecover(digest, v, r, s) != address(this)) revert NotOwner();
        run(targets, values, data);
    }

    function run(address[] calldata targets, uint256[] calldata values, bytes[] calldata data) private {
        for (uint256 i = 0; i < targets.length; ++i) {
            (bool ok, bytes memory reason) = targets[i].call{value: values[i]}(data[i]);
            if (!ok) revert CallFailed(i, reason);
        }
        emit Executed(msg.sender, targets.length);
    }

    function useNonce() private returns (uint256 nonce) {
        bytes32 slot = NONCE_SLOT;
        assembly {
            nonce := sload(slot)
            sstore(slot, add(nonce, 1))
        }
    }
}
