// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IToken} from "./Interfaces.sol";

/// Hands out a token to the leaves of a Merkle tree; 256 neighbours share one slot of the claimed map.
contract Claims {
    event Claimed(uint256 indexed index, address indexed owner, uint256 amount);

    error AlreadyClaimed();
    error BadProof();

    IToken public immutable token;
    bytes32 public immutable root;
    mapping(uint256 group => uint256) public claimed;

    constructor(IToken token_, bytes32 root_) {
        token = token_;
        root = root_;
    }

    function claim(uint256 index, address owner, uint256 amount, bytes32[] calldata proof) external {
        uint256 bit = 1 << (index & 255);
        if (claimed[index >> 8] & bit != 0) revert AlreadyClaimed();
        bytes32 node = keccak256(abi.encode(index, owner, amount));
        for (uint256 i = 0; i < proof.length; ++i) {
            node = node < proof[i] ? keccak256(abi.encode(node, proof[i])) : keccak256(abi.encode(proof[i], node));
        }
        if (node != root) revert BadProof();
        claimed[index >> 8] |= bit;
        token.transfer(owner, amount);
        emit Claimed(index, owner, amount);
    }
}
