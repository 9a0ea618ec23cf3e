// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// Takes batches of a second chain: in blobs, or in call data that it hashes into a tree.
contract Rollup {
    event Batch(uint256 indexed number, bytes32 root, uint256 blobs);

    error NotSequencer();
    error NoData();

    address public immutable sequencer;
    uint256 public batches;
    mapping(uint256 number => bytes32) public roots;

    constructor(address sequencer_) {
        sequencer = sequencer_;
    }

    function postBlobs(bytes32 stateRoot) external {
        if (msg.sender != sequencer) revert NotSequencer();
        bytes32 root = stateRoot;
        uint256 count;
        for (bytes32 blob = blobhash(0); blob != 0; blob = blobhash(count)) {
            root = keccak256(abi.encode(root, blob));
            ++count;
        }
        if (count == 0) revert NoData();
        append(root, count);
    }

    function postData(bytes calldata data) external {
        uint256 leaves = data.length / 32;
        if (leaves == 0) revert NoData();
        bytes32[] memory nodes = new bytes32[](leaves);
        for (uint256 i = 0; i < leaves; ++i) {
            nodes[i] = keccak256(abi.encode(i, data[i * 32:i * 32 + 32]));
        }
        while (leaves > 1) {
            uint256 parents = (leaves + 1) / 2;
            for (uint256 i = 0; i < parents; ++i) {
                bytes32 right = 2 * i + 1 < leaves ? nodes[2 * i + 1] : bytes32(0);
                nodes[i] = keccak256(abi.encode(nodes[2 * i], right));
            }
            leaves = parents;
        }
        append(nodes[0], 0);
    }

    function append(bytes32 root, uint256 blobs) private {
        uint256 number = batches++;
        roots[number] = root;
        emit Batch(number, root, blobs);
    }
}
